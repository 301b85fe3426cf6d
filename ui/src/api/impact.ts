import { useQuery } from "@tanstack/react-query";

import { call, part } from "@/api/client";

export type Affected = {
  readonly columns?: readonly string[];
  readonly connectionId: string | null;
  readonly depth: number;
  readonly id: string;
  readonly name: string;
  readonly owners: readonly string[];
  readonly qualifiedName: string;
  readonly type: string;
  readonly via: readonly string[];
};

/** What lies downstream of an asset, nearest first, and whom to tell. */
export type Impact = {
  readonly affected: readonly Affected[];
  readonly byDepth: Readonly<Record<string, number>>;
  readonly byType: Readonly<Record<string, number>>;
  readonly isPartial: boolean;
  readonly owners: readonly { readonly assets: number; readonly owner: string }[];
  readonly total: number;
  readonly unowned: number;
};

export const useImpact = (id: string, column: string) =>
  useQuery({
    queryFn: ({ signal }) => call<Impact>("platform", `/assets/${part(id)}/impact`, { query: { column }, signal }),
    queryKey: ["impact", id, column],
  });
