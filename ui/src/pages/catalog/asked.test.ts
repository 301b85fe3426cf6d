import { expect, it } from "vitest";

import { filtersOf, without, withFilter } from "@/pages/catalog/asked";

const TEXT = 'users type:TABLE Owner:"data office" wifi:on time:12:30';

it("finds the filters that the server knows, and leaves the rest as words", () => {
  expect(filtersOf(TEXT).map(({ key, value }) => [key, value])).toEqual([
    ["type", "TABLE"],
    ["owner", "data office"],
  ]);
});

it("shows no type that the server reads as a word", () => {
  expect(filtersOf("type:king type:view").map(({ text }) => text)).toEqual(["type:view"]);
});

it("takes a filter out, and puts one in once", () => {
  const [, owner] = filtersOf(TEXT);
  expect(without(TEXT, owner!)).toBe("users type:TABLE wifi:on time:12:30");
  expect(withFilter("users", "domain", "Sales EU")).toBe('users domain:"Sales EU"');
  expect(withFilter("tag:PII users", "tag", "PII")).toBe("tag:PII users");
  expect(filtersOf(withFilter("", "product", '"Customer 360"'))[0]?.value).toBe("Customer 360");
});
