import { expect, test } from "vitest";

import { originOf } from "@/components/origin";

const tag = { depth: 1, from_asset: "a", from_name: "customers", tag: "PII" };

test.each([
  ["of an asset its name", tag, "customers"],
  ["of a column that of its asset before", { ...tag, from_column: "mail" }, "customers.mail"],
  ["of what may not be seen nothing", { ...tag, from_column: null, from_name: null }, null],
])("an origin is %s", (_, given, shown) => {
  expect(originOf(given)).toBe(shown);
});
