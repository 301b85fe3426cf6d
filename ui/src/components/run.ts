/** Facts about a run that several pages show. */

import type { Run } from "@/api/types";

const DAGS: Record<string, string> = {
  BULK_INGESTION: "crosswind_import",
  COMPLIANCE_SCAN: "crosswind_scan",
  CRAWL: "crosswind_crawl",
  DISCOVERY: "crosswind_discover",
};

/** The page of the DAG run that does the work: a run's id is its task's id. */
export function dagRunPath(run: Run): string | undefined {
  const dag = run.dagId ?? DAGS[run.type];
  return dag === undefined ? undefined : `/dags/${encodeURIComponent(dag)}/runs/${encodeURIComponent(run.id)}`;
}

/** Milliseconds a run took, or has taken so far. */
export function runTime({ finishedAt, startedAt }: Run, now = Date.now()): number | undefined {
  if (!startedAt) {
    return undefined;
  }
  const end = finishedAt ? Date.parse(finishedAt) : now;
  return Math.max(0, end - Date.parse(startedAt));
}
