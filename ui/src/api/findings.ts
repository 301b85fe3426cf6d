import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { call, type Query } from "@/api/client";
import { decided } from "@/api/decided";
import type { Decision, Finding, FindingSummary, ReviewAnswer } from "@/api/governanceTypes";
import type { Page } from "@/api/types";

const MOST = 100;
/** Pages of an asset's findings: more of them no person looks through. */
const PAGES = 20;

export const useFindings = (query: Query, enabled = true) =>
  useQuery({
    enabled,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => call<Page<Finding>>("platform", "/findings", { query, signal }),
    queryKey: ["findings", query],
  });

async function allOf(assetId: string, signal: AbortSignal): Promise<Page<Finding>> {
  const found: Finding[] = [];
  for (let page = 1; ; page += 1) {
    const query = { assetId, page, pageSize: MOST };
    const { data, pagination } = await call<Page<Finding>>("platform", "/findings", { query, signal });
    found.push(...data);
    if (!pagination.hasNext || page === PAGES) {
      return { data: found, pagination };
    }
  }
}

/** The findings of one asset, which stand at its columns. */
export const useAssetFindings = (assetId: string, enabled: boolean) =>
  useQuery({
    enabled,
    queryFn: ({ signal }) => allOf(assetId, signal),
    queryKey: ["findings", { assetId, every: true }],
  });

export const useFindingSummary = (enabled = true) =>
  useQuery({
    enabled,
    queryFn: ({ signal }) => call<FindingSummary>("platform", "/findings/summary", { signal }),
    queryKey: ["finding-summary"],
  });

export type Review = { readonly decision: Decision; readonly ids: readonly string[] };

/** Decide on findings; the lists show it at once and keep the rows in place, so that a slip can be taken back. */
export function useReview() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Review) => call<ReviewAnswer>("platform", "/findings/review", { body, method: "POST" }),
    onError: () => client.invalidateQueries({ queryKey: ["findings"] }),
    onSuccess: async ({ results }, { decision }) => {
      const done = new Set(results.filter(({ code }) => !code).map(({ id }) => id));
      client.setQueriesData<Page<Finding>>({ queryKey: ["findings"] }, (page) => page && decided(page, done, decision));
      await client.invalidateQueries({ queryKey: ["findings"], refetchType: "none" });
      await client.invalidateQueries({ queryKey: ["finding-summary"] });
    },
  });
}
