/** What became of violations, in words. */

import type { RemedyOutcome } from "@/api/governanceTypes";

export const GROUPS: readonly (readonly [RemedyOutcome["outcome"], string])[] = [
  ["failed", "Could not be done"],
  ["planned", "Will be changed"],
  ["applied", "Changed"],
  ["manual", "A person must do"],
  ["unchanged", "Closed already, nothing to change"],
];

/** The dialog's title: what can be done before, and what was done after; never "done" where nothing was. */
export function headline(results: readonly RemedyOutcome[], done: boolean): string {
  if (done) {
    return results.some(({ outcome }) => outcome === "applied") ? "What was done" : "Nothing was changed";
  }
  const closed = results.length > 0 && results.every(({ outcome }) => outcome === "unchanged");
  return closed ? "Nothing is left to do" : "What can be done";
}
