import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import type { Crawl } from "@/api/catalogTypes";
import { call, part, type Query } from "@/api/client";
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

type Task = Pick<Run, "error" | "id" | "payload" | "priority" | "progress" | "result" | "status" | "type"> & {
  readonly connection_id: string;
  readonly created_at: string;
  readonly finished_at: string | null;
  readonly started_at: string | null;
};

/** A task of the metastore family in the words of the platform's runs. */
function readTask({ connection_id, created_at, finished_at, started_at, ...task }: Task): Run {
  return { ...task, connectionId: connection_id, createdAt: created_at, finishedAt: finished_at, startedAt: started_at };
}

/** A run; asked for often while it moves, seldom where its changes come by themselves. */
export const useRun = (id: string, linked = false) =>
  useQuery({
    queryFn: async ({ signal }) => readTask(await call<Task>("metastore", `/tasks/${part(id)}`, { signal })),
    queryKey: ["run", id],
    refetchInterval: ({ state }) => (state.data !== undefined && isLive(state.data) ? (linked ? QUIET_MS : LIVE_MS) : false),
  });

export function useStartCrawl() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (connectionId: string) =>
      readTask(
        await call<Task>("metastore", "/tasks", {
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
    queryFn: ({ signal }) => call<Crawl>("platform", `/crawls/${part(taskId)}`, { signal }),
    queryKey: ["crawl", taskId],
  });

export function useRelease(taskId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => call<unknown>("platform", `/crawls/${part(taskId)}/release`, { method: "POST" }),
    onSettled: () => client.invalidateQueries({ queryKey: ["crawl", taskId] }),
  });
}
