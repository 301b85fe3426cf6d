/** Facts about a run that several pages show. */

import type { Run } from "@/api/types";

const DAGS: Record<string, string> = {
  BULK_INGESTION: "crosswind_import",
  COMPLIANCE_SCAN: "crosswind_scan",
  CRAWL: "crosswind_crawl",
  DISCOVERY: "crosswind_discover",
};

/** How early a run is worked on where Airflow has to choose. */
export const PRIORITIES = Array.from({ length: 10 }, (_, index) => {
  const priority = String(10 - index);
  const said: Record<string, string> = { "1": " (last)", "5": " (usual)", "10": " (first)" };
  return [priority, `${priority}${said[priority] ?? ""}`] as const;
});

/** Words for the file of an import: its name or its address, an upload without a name by the first of its id. */
export const fileName = (source: string, name?: string | null): string =>
  name || (source.startsWith("upload:") ? `uploaded file ${source.slice(7, 15)}` : source);

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
