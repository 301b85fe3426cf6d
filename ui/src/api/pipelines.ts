import { useQueries, useQuery } from "@tanstack/react-query";

import { fetchLineage } from "@/api/catalog";
import type { Asset, LineageAnswer } from "@/api/catalogTypes";
import { call } from "@/api/client";
import { ofDag } from "@/api/ofDag";

const MOST = 100;

type Pipelines = { readonly data: readonly Asset[] };

export const usePipelines = (dagId: string) =>
  useQuery({
    queryFn: async ({ signal }) => {
      const query = { limit: MOST, search: dagId, sort: "name:asc", type: "PIPELINE" };
      return ofDag((await call<Pipelines>("metastore", "/assets", { query, signal })).data, dagId);
    },
    queryKey: ["pipelines", dagId],
  });

const LOOKED_AT = 24;
const ENTRIES = 50;

/** What each of the pipelines reads and writes, one hop. */
export const useEnds = (ids: readonly string[]): readonly (LineageAnswer | undefined)[] =>
  useQueries({
    queries: ids.slice(0, LOOKED_AT).map((id) => ({
      queryFn: ({ signal }: { readonly signal: AbortSignal }) => fetchLineage(id, 1, ENTRIES, signal),
      queryKey: ["ends", id],
    })),
  }).map(({ data }) => data);
