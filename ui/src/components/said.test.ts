import { expect, it } from "vitest";

import { only, said } from "@/components/said";

it.each([
  [null, "nothing"],
  [[], "nothing"],
  [false, "no"],
  [0, "0"],
  [["EMAIL", "PHONE"], "EMAIL, PHONE"],
  [{ retention: null, tagsAdded: ["PII"] }, "Retention: nothing; Tags added: PII"],
])("says %j as %s", (value, text) => {
  expect(said(value)).toBe(text);
});

it("takes what has one value for that value", () => {
  expect([only({ tags: ["PII"] }), only({ a: 1, b: 2 }), only(["x"]), only(null)]).toEqual([["PII"], { a: 1, b: 2 }, ["x"], null]);
});
