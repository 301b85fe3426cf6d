import type { Facets } from "@/api/catalogTypes";
import { plural } from "@/components/format";

/** Facets give so many values, those of the most assets. */
const MOST_VALUES = 50;

/** How many assets carry a tag, and `undefined` where the facets cannot tell: they leave out rare tags and old assets. */
export function usedBy(facets: Facets | undefined, name: string): string | undefined {
  const counts = facets?.facets["tags"] ?? {};
  const all = facets?.ranked_among === "all";
  const used = counts[name];
  if (used !== undefined) {
    return all ? plural(used, "asset") : `${plural(used, "asset")} or more`;
  }
  return all && Object.keys(counts).length < MOST_VALUES ? "nothing" : undefined;
}
