import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useState } from "react";

import { fetchLineage } from "@/api/catalog";
import type { Brief } from "@/api/catalogTypes";
import { drawn, folded, more, opened, revealed, type Part } from "@/pages/lineage/part";
import { EMPTY, merge, type Graph, type Side } from "@/pages/lineage/graph";

const FIRST_HOPS = 2;
/** Entries of the first answer; one hop around an expanded asset may take as many as the server gives. */
const FIRST_ENTRIES = 1_000;
const MOST_ENTRIES = 5_000;
/** Neighbours a side that an asset shows when it is asked for those that were not known yet. */
const ASKED = 20;

type State = { readonly anchor?: string; readonly graph: Graph; readonly part: Part };

export type Lineage = {
  /** The asset that stays where it is when what is drawn changes. */
  readonly anchor: string | undefined;
  readonly drawn: Graph;
  readonly error: unknown;
  readonly expand: (id: string) => void;
  readonly expanding: string | undefined;
  readonly fold: (id: string, side: Side) => void;
  readonly graph: Graph;
  readonly loading: boolean;
  readonly more: (id: string, side: Side) => void;
  readonly reload: () => void;
  readonly reveal: (id: string) => void;
};

const NOTHING: State = { graph: EMPTY, part: new Set() };

/** What is drawn after an answer: at first the nearest around the focus, then what is beside the expanded asset. */
function grown({ part }: State, graph: Graph, focus: string, id: string): Part {
  if (part.size === 0) {
    return opened(graph, focus);
  }
  const shown = revealed(graph, part, id);
  return more(graph, more(graph, shown, id, "upstream", ASKED), id, "downstream", ASKED);
}

/** The lineage around an asset: two hops at first, one more around each asset that is expanded; a part of it drawn. */
export function useLineage(focus: Brief): Lineage {
  const client = useQueryClient();
  const [state, setState] = useState(NOTHING);
  const [expanding, setExpanding] = useState<string>();
  const [error, setError] = useState<unknown>();

  const load = useCallback(
    async (id: string, depth: number) => {
      const limit = depth === 1 ? MOST_ENTRIES : FIRST_ENTRIES;
      setExpanding(id);
      setError(undefined);
      try {
        const answer = await client.fetchQuery({
          queryFn: ({ signal }) => fetchLineage(id, depth, limit, signal),
          queryKey: ["lineage", id, depth],
        });
        setState((before) => {
          const graph = merge(before.graph, answer, depth, limit);
          const part = grown(before, graph, focus.id, id);
          return before.part.size === 0 ? { graph, part } : { anchor: id, graph, part };
        });
      } catch (failure) {
        setError(failure);
      } finally {
        setExpanding(undefined);
      }
    },
    [client, focus.id],
  );
  useEffect(() => void load(focus.id, FIRST_HOPS), [focus.id, load]);

  const change = useCallback(
    (anchor: string, next: (state: State) => Part) =>
      setState((before) => ({ anchor, graph: before.graph, part: next(before) })),
    [],
  );
  const { anchor, graph, part } = state;
  return {
    anchor,
    drawn: useMemo(() => drawn(graph, part), [graph, part]),
    error,
    expand: useCallback((id) => void load(id, 1), [load]),
    expanding,
    fold: useCallback((id, side) => change(id, (now) => folded(now.graph, now.part, focus.id, id, side)), [change, focus.id]),
    graph,
    loading: graph.assets.size === 0 && error === undefined,
    more: useCallback((id, side) => change(id, (now) => more(now.graph, now.part, id, side)), [change]),
    reload: useCallback(() => {
      setState(NOTHING);
      void client.invalidateQueries({ queryKey: ["lineage"] }).then(() => load(focus.id, FIRST_HOPS));
    }, [client, focus.id, load]),
    reveal: useCallback((id) => change(id, (now) => revealed(now.graph, now.part, id)), [change]),
  };
}
