/** What the keys do on the list of findings. */

import type { Decision } from "@/api/governanceTypes";

const MOVES: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1 };
const DECISIONS: Record<string, Decision> = { c: "confirm", o: "reopen", r: "reject" };

export type Command =
  | { readonly decision: Decision; readonly kind: "decide" }
  | { readonly kind: "choose" }
  | { readonly kind: "move"; readonly to: number };

/** The row after a step, which stays on the list. */
export const within = (row: number, count: number): number => Math.max(0, Math.min(count - 1, row));

/** What a key means when the cursor stands on a row of so many. */
export function commandOf(key: string, row: number, count: number): Command | undefined {
  const move = MOVES[key];
  if (count === 0) {
    return undefined;
  }
  if (move !== undefined) {
    return { kind: "move", to: within(row + move, count) };
  }
  const decision = DECISIONS[key];
  if (decision !== undefined) {
    return { decision, kind: "decide" };
  }
  return key === "x" ? { kind: "choose" } : undefined;
}

export const LEGEND: readonly (readonly [keys: readonly string[], what: string])[] = [
  [["j", "k"], "down, up"],
  [["x"], "choose"],
  [["c"], "confirm"],
  [["r"], "reject"],
  [["o"], "open again"],
];
