import { expect, it } from "vitest";

import { heard, KINDS } from "@/pages/webhooks/events";

it("says what is sent", () => {
  expect(heard([])).toBe("everything");
  expect(heard(["asset.schema_changed", "task.progress"])).toBe("asset.schema_changed, runs");
  expect(heard(["tag.created", "tag.updated", "tag.deleted", "asset.deleted"])).toBe("all of tags, asset.deleted");
  expect(heard(["data_product.created", "data_product.updated", "data_product.deleted"])).toBe("all of data products");
});

it("has words for each kind that can be chosen", () => {
  for (const [kind] of KINDS) {
    expect(heard([kind])).not.toBe(kind);
  }
});
