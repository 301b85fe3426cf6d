import { expect, it } from "vitest";

import { isEmpty, labelling, NO_CHANGE, NONE, spelled, withoutTag, withTag } from "@/pages/labels/change";

it("adds a tag once, and never one that is there", () => {
  const once = withTag(withTag(NO_CHANGE, ["PII"], "EU"), ["PII"], "EU");
  expect(withTag(once, ["PII"], "PII").added).toEqual(["EU"]);
});

it("takes back what was only to be added, and a removal", () => {
  expect(isEmpty(withoutTag(withTag(NO_CHANGE, [], "EU"), "EU"))).toBe(true);
  expect(isEmpty(withTag(withoutTag(NO_CHANGE, "PII"), ["PII"], "PII"))).toBe(true);
});

it("sends a classification only when it is to change", () => {
  const resources = [{ id: "a", type: "asset" }] as const;
  expect("classification" in labelling(NO_CHANGE, resources)).toBe(false);
  expect(labelling({ ...NO_CHANGE, classification: NONE }, resources).classification).toBeNull();
  expect(labelling({ ...NO_CHANGE, classification: "internal" }, resources).classification).toBe("internal");
});

it("finds a tag as the vocabulary spells it", () => {
  expect(spelled(["PII", "pii"], " pii ")).toBe("pii");
  expect(spelled(["PII"], "Pii")).toBe("PII");
  expect(spelled(["PII"], "PI")).toBeUndefined();
});
