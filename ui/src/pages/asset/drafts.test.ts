import { expect, it } from "vitest";

import type { Asset } from "@/api/catalogTypes";
import { draftOf, dropDraft, keepDraft } from "@/pages/asset/drafts";

const asset = (id: string) => ({ id, version: 1 }) as Asset;

it("keeps what was typed by asset and field until it is dropped", () => {
  keepDraft("Description", { base: asset("a"), text: "half a sen" });
  keepDraft("Description", { base: asset("b"), text: "another" });
  expect(draftOf("a", "Description")?.text).toBe("half a sen");
  expect(draftOf("a", "Description of id")).toBeUndefined();
  dropDraft("a", "Description");
  expect([draftOf("a", "Description"), draftOf("b", "Description")?.text]).toEqual([undefined, "another"]);
});

it("lets the oldest of more than fifty go", () => {
  for (let number = 0; number < 51; number += 1) {
    keepDraft("Description", { base: asset(`n${number}`), text: "x" });
  }
  expect([draftOf("n0", "Description"), draftOf("n50", "Description")?.text]).toEqual([undefined, "x"]);
});
