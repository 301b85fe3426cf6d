import { expect, it } from "vitest";

import type { Asset } from "@/api/catalogTypes";
import { changed } from "@/pages/asset/vocabulary";

const ANA = { kind: "user", name: "ana", role: "steward" };
const ASSET = { domain: "Sales", owners: [ANA], terms: ["Churn", "Order"] } as unknown as Asset;

it("writes nothing when nothing differs", () => {
  expect(changed(ASSET, { domain: "Sales", owners: [ANA, { kind: "user", name: " ", role: "technical" }], terms: ["Order", "Churn"] })).toEqual({});
});

it("writes only what differs, and empties", () => {
  expect(changed(ASSET, { domain: "", owners: [ANA], terms: ["Order"] })).toEqual({ domain: null, terms: ["Order"] });
  expect(changed(ASSET, { domain: "Sales", owners: [], terms: ["Churn", "Order"] })).toEqual({ owners: [] });
});
