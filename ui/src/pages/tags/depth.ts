/** How many edges far a tag spreads, as it is typed. */

const MOST = 10;

export const depthOf = (text: string): number | null => (text.trim() === "" ? null : Number(text));

/** What is wrong with a depth; an empty one is right. */
export function wrongDepth(text: string): string | undefined {
  const depth = depthOf(text);
  return depth === null || (Number.isInteger(depth) && depth >= 1 && depth <= MOST) ? undefined : `A whole number from 1 to ${MOST}`;
}
