/** What was typed and not saved yet, kept as long as the page is: another tab or another page does not lose it. */

import type { Asset } from "@/api/catalogTypes";

/** A text, and the asset as it was when somebody began to write. */
export type Draft = { readonly base: Asset; readonly text: string };

const MOST = 50;
const drafts = new Map<string, Draft>();

const keyOf = (asset: string, label: string): string => `${asset} ${label}`;

export const draftOf = (asset: string, label: string): Draft | undefined => drafts.get(keyOf(asset, label));

/** Keep a draft; of more than fifty the oldest goes. */
export function keepDraft(label: string, draft: Draft): void {
  const key = keyOf(draft.base.id, label);
  drafts.delete(key);
  drafts.set(key, draft);
  const [oldest] = drafts.keys();
  if (drafts.size > MOST && oldest !== undefined) {
    drafts.delete(oldest);
  }
}

export const dropDraft = (asset: string, label: string): boolean => drafts.delete(keyOf(asset, label));
