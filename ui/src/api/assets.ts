import { useMutation, useQuery, useQueryClient, type QueryClient } from "@tanstack/react-query";

import type { Asset, Owner } from "@/api/catalogTypes";
import { call, part } from "@/api/client";
import { ApiError } from "@/api/error";

/** What people write on an asset; what is left out stays, `null` leaves it to the source. */
export type AssetChange = {
  readonly classification?: string | null;
  readonly columns?: readonly { readonly description: string | null; readonly name: string }[];
  readonly description?: string | null;
  /** Merged key by key; `null` takes a key away. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly tags?: readonly string[];
};

/** A change and the version of the asset that it was thought out on. */
export type Save = { readonly change: AssetChange; readonly version: number };

const quoted = (version: number): string => `"${version}"`;

/** Whether a change was refused because another came first. */
export const isStale = (error: unknown): boolean =>
  error instanceof ApiError && error.status === 409 && (error.code === "VERSION_CONFLICT" || error.details["version"] !== undefined);

export const forgetAsset = async (client: QueryClient, id: string): Promise<void> => {
  const stale = [["asset", id], ["vocabulary", id], ["versions", id], ["audits", id], ["search"], ["facets"]];
  await Promise.all(stale.map((queryKey) => client.invalidateQueries({ queryKey })));
};

/** Write on an asset; a version that moved meanwhile is refused, and the asset is read anew. */
export function useSaveAsset(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ change, version }: Save) =>
      call<Asset>("metastore", `/assets/${part(id)}`, { body: change, ifMatch: quoted(version), method: "PUT" }),
    onSettled: () => forgetAsset(client, id),
  });
}

/** Owners, domain, terms and data products of an asset. */
export type Vocabulary = {
  readonly assetId: string;
  readonly columns: Readonly<Record<string, readonly string[]>>;
  readonly domain: string | null;
  readonly owners: readonly Owner[];
  readonly products: readonly string[];
  readonly terms: readonly string[];
  readonly version: number;
};

export const useVocabulary = (id: string) =>
  useQuery({
    queryFn: ({ signal }) => call<Vocabulary>("platform", `/assets/${part(id)}/vocabulary`, { signal }),
    queryKey: ["vocabulary", id],
  });

export type Said = { readonly domain?: string | null; readonly owners?: readonly Owner[]; readonly terms?: readonly string[] };

/** Write owners, domain and terms, each where given, one upon the version of the other. */
export function useSay(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ said, version }: { readonly said: Said; readonly version: number }) => {
      const bodies = [
        ["owners", said.owners === undefined ? undefined : { owners: said.owners }],
        ["domain", said.domain === undefined ? undefined : { domain: said.domain }],
        ["terms", said.terms === undefined ? undefined : { terms: said.terms }],
      ] as const;
      let at = version;
      for (const [name, body] of bodies) {
        if (body !== undefined) {
          const answer = await call<{ readonly version: number }>("platform", `/assets/${part(id)}/${name}`, {
            body,
            ifMatch: quoted(at),
            method: "PUT",
          });
          at = answer.version;
        }
      }
    },
    onSettled: () => forgetAsset(client, id),
  });
}

export type Word = { readonly description: string | null; readonly id: string; readonly name: string };

const ALL = 100;

export const useWords = (kind: "data-products" | "domains" | "terms", enabled = true) =>
  useQuery({
    enabled,
    queryFn: ({ signal }) =>
      call<{ readonly data: readonly Word[] }>("platform", `/${kind}`, { query: { pageSize: ALL }, signal }),
    queryKey: ["words", kind],
    staleTime: 30_000,
  });

export function useDiscard(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (version: number) =>
      call<unknown>("metastore", `/assets/${part(id)}`, { ifMatch: quoted(version), method: "DELETE" }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["search"] });
      await client.invalidateQueries({ queryKey: ["deleted"] });
    },
  });
}

export function useRestore() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => call<unknown>("platform", `/assets/${part(id)}/restore`, { method: "POST" }),
    onSuccess: async (_data, id) => {
      await forgetAsset(client, id);
      await client.invalidateQueries({ queryKey: ["deleted"] });
    },
  });
}
