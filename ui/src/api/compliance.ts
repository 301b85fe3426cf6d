import { keepPreviousData, useMutation, useQuery, useQueryClient, type QueryClient } from "@tanstack/react-query";

import { address, call, part, type Query } from "@/api/client";
import type { ComplianceStatus, Remediation, ScanStarted, Violation } from "@/api/governanceTypes";
import { forgetLabels } from "@/api/tags";
import type { Page } from "@/api/types";

const FAMILY = "connections-platform";
const ROOT = "/governance/compliance";

export const useComplianceStatus = () =>
  useQuery({
    queryFn: ({ signal }) => call<ComplianceStatus>(FAMILY, `${ROOT}/status`, { signal }),
    queryKey: ["compliance-status"],
  });

export const useViolations = (query: Query) =>
  useQuery({
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => call<Page<Violation>>(FAMILY, `${ROOT}/violations`, { query, signal }),
    queryKey: ["violations", query],
  });

/** After a scan or a remedy both figures and violations are others. */
export async function forgetCompliance(client: QueryClient): Promise<void> {
  await client.invalidateQueries({ queryKey: ["violations"] });
  await client.invalidateQueries({ queryKey: ["compliance-status"] });
}

export function useScan() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (connectionIds: readonly string[]) =>
      call<ScanStarted>(FAMILY, `${ROOT}/scan`, {
        body: connectionIds.length === 0 ? {} : { connectionIds },
        method: "POST",
      }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["runs"] }),
  });
}

export type RemediateRequest = {
  readonly dryRun: boolean;
  readonly parameters?: { readonly retention: string };
  readonly violationIds: readonly string[];
};

export function useRemediate() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: RemediateRequest) =>
      call<Remediation>(FAMILY, `${ROOT}/remediate`, { body, method: "POST" }),
    onSuccess: async ({ results }, { dryRun }) => {
      if (!dryRun || results.some(({ outcome }) => outcome === "unchanged")) {
        await forgetCompliance(client);
      }
      if (!dryRun) {
        await forgetLabels(client);
      }
    },
  });
}

export type NewWaiver = { readonly reason: string; readonly until: string };

/** Accept a violation for a reason and a time, or no longer with `null`. */
export function useWaive({ id, version }: Violation) {
  const client = useQueryClient();
  const match = version === undefined ? {} : { ifMatch: `"${version}"` };
  return useMutation({
    mutationFn: (waiver: NewWaiver | null) =>
      call<Violation>("platform", `/violations/${part(id)}/waiver`, waiver === null ? { ...match, method: "DELETE" } : { ...match, body: waiver, method: "PUT" }),
    onSettled: () => forgetCompliance(client),
  });
}

export type ReportFormat = "csv" | "html" | "json";

export const reportAddress = (format: ReportFormat, query: Query): string =>
  address(FAMILY, `${ROOT}/reports`, { ...query, format });
