/** What a person wants changed on the labels of one or many resources, and the request it becomes. */

import type { Labelling, Resource } from "@/api/governanceTypes";

/** Leaves each resource's classification as it is. */
export const KEEP = "";
/** Takes the classification away. */
export const NONE = "-";

export type Change = {
  readonly added: readonly string[];
  readonly classification: string;
  readonly removed: readonly string[];
};

export const NO_CHANGE: Change = { added: [], classification: KEEP, removed: [] };

/** The tag as the vocabulary spells it. */
export function spelled(vocabulary: readonly string[], typed: string): string | undefined {
  const wanted = typed.trim().toLowerCase();
  return vocabulary.find((name) => name === typed.trim()) ?? vocabulary.find((name) => name.toLowerCase() === wanted);
}

/** One more tag; adding one that was to go keeps it. */
export function withTag(change: Change, known: readonly string[], tag: string): Change {
  if (change.removed.includes(tag)) {
    return { ...change, removed: change.removed.filter((each) => each !== tag) };
  }
  return known.includes(tag) || change.added.includes(tag) ? change : { ...change, added: [...change.added, tag] };
}

/** One tag less: one that was only to be added is forgotten, a known one is to go. */
export function withoutTag(change: Change, tag: string): Change {
  return change.added.includes(tag)
    ? { ...change, added: change.added.filter((each) => each !== tag) }
    : { ...change, removed: [...change.removed, tag] };
}

export const isEmpty = ({ added, classification, removed }: Change): boolean =>
  added.length === 0 && removed.length === 0 && classification === KEEP;

export function labelling(change: Change, resources: readonly Resource[]): Labelling {
  const { added, classification, removed } = change;
  return {
    addTags: added,
    removeTags: removed,
    resources,
    ...(classification === KEEP ? {} : { classification: classification === NONE ? null : classification }),
  };
}
