import { expect, it } from "vitest";

import { heard, KINDS } from "@/pages/webhooks/events";

it("says what is sent", () => {
  expect(heard([])).toBe("everything");
  expect(heard(["asset.*", "asset.schema_changed"])).toBe("all of assets, asset.schema_changed");
});

it("has words for each kind that can be chosen", () => {
  for (const [kind] of KINDS) {
    expect(heard([kind])).not.toBe(kind);
  }
});
