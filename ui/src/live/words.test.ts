import { expect, it } from "vitest";

import { changesLineage, told } from "@/live/words";

it.each([
  [{ data: { changed: ["description", "tags"], name: "flights" }, event: "UPDATE" }, "flights was changed: description, tags"],
  [{ data: {}, event: "DELETE" }, "It was deleted"],
  [{ data: { name: "flights" }, event: "SCHEMA_CHANGE" }, "flights has another schema now"],
  [{ data: { changed: ["a", "b", "c", "d", "e", "f"], name: "x" }, event: "UPDATE" }, "x was changed: a, b, c, d and 2 more"],
])("tells %j", (event, text) => {
  expect(told({ type: "asset.updated", ...event }, "It")).toBe(text);
});

it.each([
  ["UPDATE", ["description", "tags"], false],
  ["UPDATE", ["definition"], true],
  ["UPDATE", [], true],
  ["DELETE", ["description"], true],
])("takes %s of %j for a change of lineage: %s", (event, changed, does) => {
  expect(changesLineage({ data: { changed }, event, type: "asset.updated" })).toBe(does);
});
