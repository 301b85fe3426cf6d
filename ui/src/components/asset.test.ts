import { expect, it } from "vitest";

import { connectionOf, locationOf, nameParts } from "@/components/asset";

const asset = { id: "1", name: "a.b", qualified_name: 'src.db."odd ""schema"."a.b"', type: "TABLE" };

it("reads quoted parts of a qualified name", () => {
  expect(nameParts(asset.qualified_name)).toEqual(["src", "db", 'odd "schema', "a.b"]);
});

it("tells where an asset lives", () => {
  expect(locationOf(asset)).toBe('src › db › odd "schema');
  expect(connectionOf(asset)).toBe("src");
  expect(connectionOf({ ...asset, qualified_name: "urn:other" })).toBeUndefined();
});
