import { keepPreviousData, useMutation, useQuery, useQueryClient, type QueryClient } from "@tanstack/react-query";

import { call, type Query } from "@/api/client";
import type { Classification, LabelOutcome, Labelling, Tag } from "@/api/governanceTypes";
import type { Page } from "@/api/types";

const ALL = 100;

export const useTags = (query: Query = { pageSize: ALL }) =>
  useQuery({
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => call<Page<Tag>>("connections-platform", "/governance/tags", { query, signal }),
    queryKey: ["tags", query],
  });

export const useClassifications = (enabled = true) =>
  useQuery({
    enabled,
    queryFn: ({ signal }) =>
      call<Page<Classification>>("connections-platform", "/governance/classifications", {
        query: { pageSize: ALL },
        signal,
      }),
    queryKey: ["classifications"],
    staleTime: 60_000,
  });

export type NewTag = { readonly category?: string; readonly description?: string; readonly name: string };

export function useCreateTag() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: NewTag) => call<Tag>("connections-platform", "/governance/tags", { body, method: "POST" }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["tags"] }),
  });
}

export type NewClassification = { readonly description?: string; readonly level: number; readonly name: string };

export function useCreateClassification() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: NewClassification) =>
      call<Classification>("connections-platform", "/governance/classifications", { body, method: "POST" }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["classifications"] }),
  });
}

/** All that shows tags or classifications. */
export const forgetLabels = async (client: QueryClient): Promise<void> => {
  const stale = [["asset"], ["search"], ["facets"], ["connection"], ["connections"]];
  await Promise.all(stale.map((queryKey) => client.invalidateQueries({ queryKey })));
};

/** Put tags and a classification on many resources at once; each has an outcome of its own. */
export function useLabel() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Labelling) =>
      call<LabelOutcome>("connections-platform", "/governance/apply-tags", { body, method: "POST" }),
    onSettled: () => forgetLabels(client),
  });
}
