import { expect, it } from "vitest";

import type { Among, Facets } from "@/api/catalogTypes";
import { usedBy } from "@/pages/tags/used";

const counted = (tags: number, among: Among = "all"): Facets => ({
  facets: { tags: Object.fromEntries(Array.from({ length: tags }, (_, at) => [`t${at}`, at + 1])) },
  ranked_among: among,
});

it.each([
  ["t0", counted(49), "1 asset"],
  ["t1", counted(50), "2 assets"],
  ["t1", counted(50, "newest"), "2 assets or more"],
  ["rare", counted(49), "nothing"],
  ["rare", counted(0), "nothing"],
  ["rare", counted(50), undefined],
  ["rare", counted(49, "newest"), undefined],
  ["rare", undefined, undefined],
])("tells of %s how much it is used", (name, facets, told) => {
  expect(usedBy(facets, name)).toBe(told);
});
