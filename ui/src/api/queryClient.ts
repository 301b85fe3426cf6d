import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";

import { ApiError } from "@/api/error";
import { signIn } from "@/app/frame";

function onError(error: Error): void {
  if (error instanceof ApiError && error.status === 401) {
    signIn();
  }
}

export const queryClient = new QueryClient({
  defaultOptions: {
    mutations: { retry: false },
    queries: {
      refetchOnWindowFocus: true,
      retry: (failures, error) => failures < 2 && error instanceof ApiError && error.transient,
      staleTime: 5_000,
    },
  },
  mutationCache: new MutationCache({ onError }),
  queryCache: new QueryCache({ onError }),
});
