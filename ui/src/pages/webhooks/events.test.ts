import { expect, it } from "vitest";

import { changed, chosenOf, heard, KINDS, switched } from "@/pages/webhooks/events";

it("says what is sent", () => {
  expect(heard([])).toBe("everything");
  expect(heard(["task.progress", "asset.schema_changed"])).toBe("asset.schema_changed, runs");
  expect(heard(["tag.created", "tag.updated", "tag.deleted", "asset.deleted"])).toBe("all of tags, asset.deleted");
  expect(heard(["data_product.created", "data_product.updated", "data_product.deleted"])).toBe("all of data products");
});

it("has words for each kind that can be chosen", () => {
  for (const [kind] of KINDS) {
    expect(heard([kind])).not.toBe(kind);
  }
});

const TAGS = ["tag.created", "tag.updated", "tag.deleted"];

it("knows all, some and none of a kind", () => {
  expect([chosenOf(TAGS, "tag.*"), chosenOf(["tag.*"], "tag.*")]).toEqual([true, true]);
  expect(chosenOf(["tag.created", "task.progress"], "tag.*")).toBe("indeterminate");
  expect([chosenOf(["task.progress"], "tag.*"), chosenOf(["task.progress"], "task.progress")]).toEqual([false, true]);
});

it("chooses all of a kind of which some were chosen, none of one that was whole, and leaves the others", () => {
  expect(switched(["tag.created", "task.progress"], "tag.*")).toEqual(["task.progress", "tag.*"]);
  expect(switched([...TAGS, "asset.deleted"], "tag.*")).toEqual(["asset.deleted"]);
  expect(switched(["tag.*"], "tag.*")).toEqual([]);
});

it("sends only what changed, and no events that are the same in other words", () => {
  const base = { events: [...TAGS, "task.progress"], name: "Receiver", url: "https://a.example" };
  expect(changed(base, { events: ["task.progress", "tag.*"], name: " Receiver ", url: "https://a.example" })).toEqual({});
  expect(changed(base, { ...base, url: "https://b.example" })).toEqual({ url: "https://b.example" });
  expect(changed(base, { ...base, events: ["tag.*"], name: "Other" })).toEqual({ events: ["tag.*"], name: "Other" });
});
