import { keepPreviousData, useMutation, useQuery, useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useRef } from "react";

import type { SearchAnswer } from "@/api/catalogTypes";
import { call, part, type Query } from "@/api/client";
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

/** A tag with how far it spreads along lineage, as the metastore spells it. */
export type WholeTag = {
  readonly category: string | null;
  readonly created_at: string;
  readonly description: string | null;
  readonly id: string;
  readonly name: string;
  readonly propagates: "downstream" | null;
  readonly propagation_depth: number | null;
};

type WholeTags = { readonly data: readonly WholeTag[]; readonly pagination: { readonly total: number } };

const TAGS_A_PAGE = 50;

export const useWholeTags = (page: number) =>
  useQuery({
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }): Promise<Page<WholeTag>> => {
      const query = { limit: TAGS_A_PAGE, offset: (page - 1) * TAGS_A_PAGE };
      const { data, pagination } = await call<WholeTags>("metastore", "/tags", { query, signal });
      const hasNext = page * TAGS_A_PAGE < pagination.total;
      return { data, pagination: { hasNext, page, pageSize: TAGS_A_PAGE, totalCount: pagination.total } };
    },
    queryKey: ["tags", "whole", page],
  });

/** What is written of a tag; `spread` is how many edges far it goes along lineage, `null` not at all. */
export type TagDraft = {
  readonly category: string | null;
  readonly description: string | null;
  readonly name: string;
  readonly spread: { readonly depth: number | null } | null;
};

const spreads = ({ propagates, propagation_depth: depth }: WholeTag): TagDraft["spread"] => (propagates === null ? null : { depth });

/** The draft of a tag as it is now. */
export const drafted = (tag: WholeTag): TagDraft => ({ category: tag.category, description: tag.description, name: tag.name, spread: spreads(tag) });

type Made = { readonly id: string };

/** Make a tag, or write on one that is there, and then let it spread as the draft says; a second try makes no second tag. */
export function useSaveTag(tag: WholeTag | undefined) {
  const client = useQueryClient();
  const known = useRef(tag?.id);
  return useMutation({
    mutationFn: async ({ spread, ...body }: TagDraft) => {
      const before = known.current;
      const { id } =
        before === undefined
          ? await call<Made>("metastore", "/tags", { body, method: "POST" })
          : await call<Made>("platform", `/tags/${part(before)}`, { body, method: "PUT" });
      known.current = id;
      if (JSON.stringify(spread) !== JSON.stringify(tag === undefined ? null : spreads(tag))) {
        const wanted = spread === null ? { propagates: null } : { depth: spread.depth, propagates: "downstream" };
        await call<unknown>("platform", `/tags/${part(id)}/propagation`, { body: wanted, method: "PUT" });
      }
    },
    onSettled: async () => {
      await client.invalidateQueries({ queryKey: ["tags"] });
      await forgetLabels(client);
    },
  });
}

/** How many assets carry a tag now, themselves or on a column. */
export const useTagged = (id: string) =>
  useQuery({
    queryFn: ({ signal }) => call<SearchAnswer>("metastore", "/search", { query: { limit: 1, tag: id }, signal }),
    queryKey: ["search", "tagged", id],
    staleTime: 0,
  });

/** Delete a tag, off everything that it is on. */
export function useDeleteTag(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => call<unknown>("platform", `/tags/${part(id)}`, { method: "DELETE", query: { force: true } }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["tags"] });
      await forgetLabels(client);
    },
  });
}

export function useCreateTag() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { readonly name: string }) => call<Tag>("connections-platform", "/governance/tags", { body, method: "POST" }),
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
