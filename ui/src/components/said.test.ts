import { expect, it } from "vitest";

import { said } from "@/components/said";

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
