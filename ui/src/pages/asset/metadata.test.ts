import { expect, it } from "vitest";

import { entries, shownAs, typed } from "@/pages/asset/metadata";

it.each([
  ["24", 24],
  ["-1.5", -1.5],
  ["true", true],
  ["[1, 2]", [1, 2]],
  ["{broken}", "{broken}"],
  ["007", "007"],
  ["12345678901234567890", "12345678901234567890"],
  [" shop team ", "shop team"],
])("takes %j for %j", (text, value) => {
  expect(typed(text)).toEqual(value);
});

it("shows a value as it is typed", () => {
  for (const value of [24, true, [1, 2], { a: 1 }, "shop"]) {
    expect(typed(shownAs(value))).toEqual(value);
  }
});

it("leaves out what has a place of its own", () => {
  const metadata = { definition: "select 1", gone: null, primary_key: { columns: ["id"], name: "pk" }, team: "shop" };
  expect(entries(metadata)).toEqual([{ name: "team", value: "shop" }]);
});
