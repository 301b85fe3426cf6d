import { expect, it } from "vitest";

import { nameParts } from "@/components/asset";

it("reads quoted parts of a qualified name", () => {
  expect(nameParts('src.db."odd ""schema"."a.b"')).toEqual(["src", "db", 'odd "schema', "a.b"]);
});
