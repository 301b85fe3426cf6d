import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";

import type { Asset, Facets, LineageAnswer, SearchAnswer } from "@/api/catalogTypes";
import { call, part } from "@/api/client";

export type SearchWords = {
  readonly classification?: string;
  readonly connection?: string;
  readonly domain?: string;
  readonly owner?: string;
  readonly product?: string;
  readonly q: string;
  readonly schema?: string;
  readonly tag?: string;
  readonly term?: string;
  readonly type?: string;
};

export const PAGE_SIZE = 20;

export const useSearch = (words: SearchWords) =>
  useInfiniteQuery({
    getNextPageParam: (last: SearchAnswer, pages: readonly SearchAnswer[]) =>
      pages.length * PAGE_SIZE < last.total && last.results.length > 0 ? pages.length * PAGE_SIZE : undefined,
    initialPageParam: 0,
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam, signal }) =>
      call<SearchAnswer>("metastore", "/search", { query: { ...words, limit: PAGE_SIZE, offset: pageParam }, signal }),
    queryKey: ["search", words],
  });

export const useFacets = (words: SearchWords) =>
  useQuery({
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => call<Facets>("metastore", "/search/facets", { query: words, signal }),
    queryKey: ["facets", words],
  });

export const useAsset = (id: string) =>
  useQuery({
    queryFn: ({ signal }) => call<Asset>("metastore", `/assets/${part(id)}`, { signal }),
    queryKey: ["asset", id],
  });

export const fetchLineage = (id: string, depth: number, limit: number, signal?: AbortSignal) =>
  call<LineageAnswer>("metastore", `/assets/${part(id)}/lineage`, { query: { depth, direction: "both", limit }, signal });
