import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { call, part, type Query } from "@/api/client";
import type { Page } from "@/api/types";

export type RelationshipType = "CONTAINS" | "DEPENDS_ON" | "PRODUCES" | "RELATED_TO" | "USES";

/** The asset at an end of an edge. */
export type End = { readonly id: string; readonly name: string; readonly qualified_name: string; readonly type: string };

/** An edge in the platform's list of them, which keeps the metastore's spelling. */
export type Related = {
  readonly created_at: string;
  readonly created_by: { readonly id: string; readonly name: string | null } | null;
  readonly id: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly origin: string;
  readonly source_asset: End | null;
  readonly source_asset_id: string;
  readonly target_asset: End | null;
  readonly target_asset_id: string;
  readonly type: RelationshipType;
};

export type NewRelationship = Pick<Related, "source_asset_id" | "target_asset_id" | "type">;

export const useRelationships = (query: Query) =>
  useQuery({
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => call<Page<Related>>("platform", "/relationships", { query, signal }),
    queryKey: ["relationships", query],
  });

function useForget() {
  const client = useQueryClient();
  return async () => {
    const stale = ["relationships", "lineage", "impact"];
    await Promise.all(stale.map((name) => client.invalidateQueries({ queryKey: [name] })));
  };
}

export function useRelate() {
  const forget = useForget();
  return useMutation({
    mutationFn: (body: NewRelationship) => call<unknown>("metastore", "/relationships", { body, method: "POST" }),
    onSuccess: forget,
  });
}

export function useUnrelate() {
  const forget = useForget();
  return useMutation({
    mutationFn: (id: string) => call<unknown>("metastore", `/relationships/${part(id)}`, { method: "DELETE" }),
    onSettled: forget,
  });
}
