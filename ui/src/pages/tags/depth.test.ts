import { expect, it } from "vitest";

import { depthOf, wrongDepth } from "@/pages/tags/depth";

it.each([
  ["", null, true],
  [" 3 ", 3, true],
  ["10", 10, true],
  ["0", 0, false],
  ["11", 11, false],
  ["2.5", 2.5, false],
])("reads %j as %j", (text, depth, right) => {
  expect(depthOf(text)).toBe(depth);
  expect(wrongDepth(text) === undefined).toBe(right);
});

it("refuses what is no number", () => {
  expect(wrongDepth("far")).toBeDefined();
});
