import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { address, call, part } from "@/api/client";
import { isLive } from "@/api/runs";
import type { Page, Run } from "@/api/types";
import { sendFile, type Sending } from "@/api/upload";

export type Upload = { readonly id: string; readonly name: string | null; readonly size: number; readonly source: string };

/** What is told of an import; counts are those of the blocks that are stored. */
export type Import = {
  readonly blocks: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly lines: number;
  readonly status: "COMPLETED" | "RUNNING";
};

export type LineProblem = { readonly field: string; readonly line: number; readonly message: string };

export type SheetResult = {
  readonly changed: number;
  readonly dryRun: boolean;
  readonly errorCount: number;
  readonly errors: readonly LineProblem[];
  readonly rows: number;
  readonly unchanged: number;
};

export type ImportPayload = {
  readonly connection_id?: string;
  readonly format: "json";
  readonly options: { readonly upsert: boolean; readonly validate: boolean };
  readonly source: string;
};

export type NewImport = { readonly payload: ImportPayload; readonly priority: number };

export const EXPORT = address("platform", "/export", { gzip: true });
export const SHEET = address("platform", "/descriptions.csv");
export const ERRORS_A_PAGE = 20;
const LIVE_MS = 1_500;

export const useImport = (run: Run) =>
  useQuery({
    queryFn: ({ signal }) => call<Import>("platform", `/imports/${part(run.id)}`, { signal }),
    queryKey: ["import", run.id, run.status],
    placeholderData: keepPreviousData,
    refetchInterval: isLive(run) ? LIVE_MS : false,
  });

export const useImportErrors = (id: string, wrong: number, page: number) =>
  useQuery({
    enabled: wrong > 0,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      call<Page<LineProblem>>("platform", `/imports/${part(id)}/errors`, { query: { page, pageSize: ERRORS_A_PAGE }, signal }),
    queryKey: ["import", id, "errors", wrong, page],
  });

/** Ask for a bulk ingestion; the answer is the task, whose id is its run's. */
export function useStartImport() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: NewImport) =>
      call<{ readonly id: string }>("metastore", "/tasks", { body: { ...body, type: "BULK_INGESTION" }, method: "POST" }),
    onSettled: () => client.invalidateQueries({ queryKey: ["runs"] }),
  });
}

export const upload = (file: File, sending: Sending): Promise<Upload> =>
  sendFile<Upload>("/uploads", file, { ...sending, query: { name: file.name.slice(-255) } });

/** Write descriptions, tags and owners from a CSV, or tell what that would do. */
export function useSheet() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ dryRun, file, ...sending }: { readonly dryRun: boolean; readonly file: File } & Sending) =>
      sendFile<SheetResult>("/descriptions.csv", file, { ...sending, query: { dryRun } }),
    onSuccess: ({ dryRun }) => (dryRun ? undefined : client.invalidateQueries()),
  });
}
