import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useState } from "react";

import { fetchLineage } from "@/api/catalog";
import type { Brief } from "@/api/catalogTypes";
import { EMPTY, merge, type Graph } from "@/pages/lineage/graph";

const FIRST_HOPS = 2;

export type Lineage = {
  readonly error: unknown;
  readonly expand: (id: string) => void;
  readonly expanding: string | undefined;
  readonly graph: Graph;
  readonly loading: boolean;
};

/** The lineage around an asset: two hops at first, one more around each asset that is expanded. */
export function useLineage(focus: Brief): Lineage {
  const client = useQueryClient();
  const [graph, setGraph] = useState<Graph>(EMPTY);
  const [expanding, setExpanding] = useState<string>();
  const [error, setError] = useState<unknown>();

  const load = useCallback(
    async (id: string, depth: number) => {
      setExpanding(id);
      setError(undefined);
      try {
        const answer = await client.fetchQuery({
          queryFn: ({ signal }) => fetchLineage(id, depth, signal),
          queryKey: ["lineage", id, depth],
        });
        setGraph((known) => merge(known, answer, depth));
      } catch (failure) {
        setError(failure);
      } finally {
        setExpanding(undefined);
      }
    },
    [client],
  );

  useEffect(() => void load(focus.id, FIRST_HOPS), [focus.id, load]);
  const loading = graph.assets.size === 0 && error === undefined;
  return { error, expand: (id) => void load(id, 1), expanding, graph, loading };
}
