import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import type { Crawl } from "@/api/catalogTypes";
import { call, part, type Query } from "@/api/client";
import { readCrawl } from "@/api/readCrawl";
import type { Page, Run } from "@/api/types";

const LIVE_MS = 1_500;
const QUIET_MS = 15_000;

export const isLive = (run: Run): boolean => run.status === "PENDING" || run.status === "RUNNING";

/** Runs, newest first, asked for often while one of them moves. */
export const useRuns = (query: Query, enabled = true) =>
  useQuery({
    enabled,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => call<Page<Run>>("platform", "/runs", { query, signal }),
    queryKey: ["runs", query],
    refetchInterval: ({ state }) => (state.data?.data.some(isLive) === true ? LIVE_MS : QUIET_MS),
  });

type WireTask = {
  readonly completed_at?: string | null;
  readonly created_at?: string | null;
  readonly payload?: { readonly connection_id?: string } | null;
  readonly requested_by?: string | null;
  readonly started_at?: string | null;
} & Pick<Run, "error" | "id" | "progress" | "result" | "status" | "type"> & {
    readonly connection_id?: string | null;
    readonly dag_id?: string | null;
    readonly finished_at?: string | null;
  };

/** A task of the metastore family in the words of the pages. */
export function readTask(task: WireTask): Run {
  return {
    completedAt: task.completed_at ?? task.finished_at ?? null,
    connectionId: task.connection_id ?? task.payload?.connection_id ?? null,
    createdAt: task.created_at ?? null,
    dagId: task.dag_id ?? null,
    error: task.error ?? null,
    id: task.id,
    progress: task.progress ?? null,
    requestedBy: task.requested_by ?? null,
    result: task.result ?? null,
    startedAt: task.started_at ?? null,
    status: task.status,
    type: task.type,
  };
}

export const useRun = (id: string) =>
  useQuery({
    queryFn: async ({ signal }) => readTask(await call<WireTask>("metastore", `/tasks/${part(id)}`, { signal })),
    queryKey: ["run", id],
    refetchInterval: ({ state }) => (state.data !== undefined && isLive(state.data) ? LIVE_MS : false),
  });

export function useStartCrawl() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (connectionId: string) =>
      readTask(
        await call<WireTask>("metastore", "/tasks", {
          body: { payload: { connection_id: connectionId }, priority: 5, type: "CRAWL" },
          method: "POST",
        }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: ["runs"] }),
  });
}

export function useCancel() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => call<unknown>("metastore", `/tasks/${part(id)}`, { method: "DELETE" }),
    onSettled: async (_data, _error, id) => {
      await client.invalidateQueries({ queryKey: ["runs"] });
      await client.invalidateQueries({ queryKey: ["run", id] });
    },
  });
}

export const useCrawl = (taskId: string, enabled: boolean) =>
  useQuery<Crawl>({
    enabled,
    queryFn: async ({ signal }) => readCrawl(await call("platform", `/crawls/${part(taskId)}`, { signal })),
    queryKey: ["crawl", taskId],
  });

export function useRelease(taskId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => call<unknown>("platform", `/crawls/${part(taskId)}/release`, { body: {}, method: "POST" }),
    onSettled: () => client.invalidateQueries({ queryKey: ["crawl", taskId] }),
  });
}
