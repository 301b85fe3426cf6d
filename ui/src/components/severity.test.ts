import { expect, it } from "vitest";

import { bySeverity } from "@/components/severity";

it("puts the gravest first and leaves out what is not there", () => {
  expect(bySeverity({ critical: 1, high: 0, low: 3, medium: 2, odd: 1 })).toEqual([
    ["critical", 1],
    ["medium", 2],
    ["low", 3],
    ["odd", 1],
  ]);
});
