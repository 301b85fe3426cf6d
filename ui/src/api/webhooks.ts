import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { call, callTagged, part } from "@/api/client";
import type { Page } from "@/api/types";

export type Webhook = {
  readonly assetId: string | null;
  readonly createdAt: string;
  readonly deliveredAt: string | null;
  readonly events: readonly string[];
  readonly failingSince: string | null;
  readonly failures: number;
  readonly id: string;
  readonly missed: number;
  readonly name: string;
  readonly nextAt: string | null;
  readonly owner: string;
  readonly reason: string | null;
  readonly status: "active" | "disabled";
  readonly url: string;
};

export type WithSecret = Webhook & { readonly secret: string };

export type NewWebhook = { readonly events: readonly string[]; readonly name: string; readonly url: string };

export type Delivery = {
  readonly at: string;
  readonly attempt: number;
  readonly durationMs: number;
  readonly entityId: string;
  readonly error: string | null;
  readonly eventId: number;
  readonly status: number | null;
  readonly type: string;
};

export const useWebhooks = (page: number) =>
  useQuery({
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => call<Page<Webhook>>("platform", "/webhooks", { query: { page, pageSize: 20 }, signal }),
    queryKey: ["webhooks", page],
    refetchInterval: 15_000,
  });

export const useDeliveries = (id: string) =>
  useQuery({
    queryFn: ({ signal }) => call<Page<Delivery>>("platform", `/webhooks/${part(id)}/deliveries`, { query: { pageSize: 10 }, signal }),
    queryKey: ["webhooks", id, "deliveries"],
  });

/** A webhook with the tag of its version. */
export type Versioned = { readonly etag: string | undefined; readonly webhook: Webhook };

/** A webhook as it is stored now, read once: what somebody edits does not change below their hands. */
export const useWebhook = (id: string) =>
  useQuery({
    gcTime: 0,
    queryFn: async ({ signal }): Promise<Versioned> => {
      const { body, etag } = await callTagged<Webhook>("platform", `/webhooks/${part(id)}`, { signal });
      return { etag, webhook: body };
    },
    queryKey: ["webhook", id],
    refetchOnWindowFocus: false,
    staleTime: Infinity,
  });

function useWrite<Given, Answer>(send: (given: Given) => Promise<Answer>) {
  const client = useQueryClient();
  return useMutation({ mutationFn: send, onSettled: () => client.invalidateQueries({ queryKey: ["webhooks"] }) });
}

export const useCreateWebhook = () =>
  useWrite((body: NewWebhook) => call<WithSecret>("platform", "/webhooks", { body, method: "POST" }));

/** Change a webhook that is as it was read; one that another changed meanwhile is refused. */
export const useChangeWebhook = (id: string, etag: string | undefined) =>
  useWrite((body: Partial<NewWebhook>) => call<Webhook>("platform", `/webhooks/${part(id)}`, { body, ifMatch: etag, method: "PUT" }));

export const useSwitchWebhook = (id: string) =>
  useWrite((active: boolean) => call<Webhook>("platform", `/webhooks/${part(id)}`, { body: { active }, method: "PUT" }));

export const useRenewSecret = (id: string) =>
  useWrite(() => call<WithSecret>("platform", `/webhooks/${part(id)}/secret`, { method: "POST" }));

/** Delete a webhook; only the lists are asked for anew, as its deliveries are gone with it. */
export function useDeleteWebhook(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => call<unknown>("platform", `/webhooks/${part(id)}`, { method: "DELETE" }),
    onSuccess: () =>
      client.invalidateQueries({ predicate: ({ queryKey: [name, page] }) => name === "webhooks" && typeof page === "number" }),
  });
}
