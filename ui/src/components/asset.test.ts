import { expect, it } from "vitest";

import { nameParts, titleOf } from "@/components/asset";

it("reads quoted parts of a qualified name", () => {
  expect(nameParts('src.db."odd ""schema"."a.b"')).toEqual(["src", "db", 'odd "schema', "a.b"]);
});

it("calls a bucket by its own name", () => {
  expect(titleOf({ name: "/", qualified_name: 'lake.s3."my.bucket"./', type: "DATASET" })).toBe("my.bucket");
  expect(titleOf({ name: "trips", qualified_name: "lake.s3.raw.trips", type: "DATASET" })).toBe("trips");
});
