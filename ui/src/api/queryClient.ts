import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";

import { ApiError } from "@/api/error";
import { signIn } from "@/app/frame";

function onError(error: Error): void {
  if (error instanceof ApiError && error.status === 401) {
    signIn();
  }
}

const OWN_MS = 1_500;

let wrote = 0;

/** Whether a change that is told just now may well be our own: one is under way, or was made a moment ago. */
export const isOwn = (): boolean => queryClient.isMutating() > 0 || Date.now() - wrote < OWN_MS;

export const queryClient = new QueryClient({
  defaultOptions: {
    mutations: { retry: false },
    queries: {
      refetchOnWindowFocus: true,
      retry: (failures, error) => failures < 2 && error instanceof ApiError && error.transient,
      staleTime: 5_000,
    },
  },
  mutationCache: new MutationCache({ onError, onSuccess: () => void (wrote = Date.now()) }),
  queryCache: new QueryCache({ onError }),
});
