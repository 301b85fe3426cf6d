import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { call, part } from "@/api/client";
import type { Page } from "@/api/types";

/** Where the lists of words are. */
export type Words = "data-products" | "domains" | "terms";

export type Responsible = { readonly kind: string; readonly name: string };

/** A term, a domain or a data product; a term has synonyms and related terms, the others somebody who answers for them. */
export type Word = {
  readonly description: string | null;
  readonly id: string;
  readonly name: string;
  readonly owner?: Responsible | null;
  /** What so many assets are still told that it goes on after the answer. */
  readonly pending: "delete" | "rename" | null;
  readonly related?: readonly string[];
  readonly synonyms?: readonly string[];
  readonly updatedAt: string;
  readonly version: number;
};

export type WordDraft = Omit<Word, "id" | "pending" | "updatedAt" | "version">;

const A_PAGE = 20;
const A_WHILE = 5_000;

const someWait = (words: Page<Word> | undefined) => words?.data.some(({ pending }) => pending !== null) === true;

export const useGlossary = (of: Words, search: string, page: number) =>
  useQuery({
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => call<Page<Word>>("platform", `/${of}`, { query: { page, pageSize: A_PAGE, search }, signal }),
    queryKey: ["words", of, "page", search, page],
    refetchInterval: ({ state }) => (someWait(state.data) ? A_WHILE : false),
  });

function useForget() {
  const client = useQueryClient();
  return async () => {
    const stale = ["words", "asset", "vocabulary", "search", "facets"];
    await Promise.all(stale.map((name) => client.invalidateQueries({ queryKey: [name] })));
  };
}

/** Make a word, or write on one that is as it was shown; one that another changed meanwhile is refused. */
export function useSaveWord(of: Words, word: Word | undefined) {
  const forget = useForget();
  return useMutation({
    mutationFn: (body: WordDraft) =>
      word === undefined
        ? call<Word>("platform", `/${of}`, { body, method: "POST" })
        : call<Word>("platform", `/${of}/${part(word.id)}`, { body, ifMatch: `"${word.version}"`, method: "PUT" }),
    onSettled: forget,
  });
}

/** Delete a word; what it was said of stays. One of very many assets is there until it is taken off them all. */
export function useDeleteWord(of: Words, { id, version }: Word) {
  const forget = useForget();
  return useMutation({
    mutationFn: () => call<unknown>("platform", `/${of}/${part(id)}`, { ifMatch: `"${version}"`, method: "DELETE" }),
    onSuccess: forget,
  });
}
