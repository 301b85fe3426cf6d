import { expect, it } from "vitest";

import { changes, only, said } from "@/components/said";

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

it("tells what became of each value, and once what stayed or was made", () => {
  expect(changes({ domain: "Sales", name: "users" }, { description: "All", domain: null, name: "users" })).toEqual([
    ["Domain", "Sales → nothing"],
    ["Name", "users"],
    ["Description", "nothing → All"],
  ]);
  expect(changes(null, { name: "users" })).toEqual([["Name", "users"]]);
  expect(changes({ name: "users" }, null)).toEqual([["Name", "users → nothing"]]);
});
