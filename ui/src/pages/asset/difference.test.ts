import { expect, it } from "vitest";

import type { Asset, Column } from "@/api/catalogTypes";
import { differences } from "@/pages/asset/difference";

const COLUMN: Column = {
  comment: null, default: null, description: null, generated: null, id: "c", identity: null, name: "email", nullable: true,
  position: 1, primary_key: false, references: [], tags: [], type: "text", unique: false,
};

const ASSET: Asset = {
  connection_id: "crm", crawled_at: null, description: "Ours", id: "a", metadata: { team: "shop" }, name: "people",
  owners: [{ kind: "user", name: "ana", role: "steward" }], qualified_name: "crm.people", removed_at: null,
  schema: [COLUMN], tags: ["PII", "EU"], type: "TABLE", updated_at: "2026-11-21T00:00:00Z", version: 1,
};

it("tells only what another changed", () => {
  const after: Asset = {
    ...ASSET, description: "Theirs", metadata: { team: "shop", tier: 1 }, schema: [{ ...COLUMN, description: "Login" }],
    tags: ["EU", "PII"], version: 2,
  };
  expect(differences(ASSET, after)).toEqual([
    { after: "Theirs", before: "Ours", what: "Description" },
    { after: "1", before: "nothing", what: "Tier" },
    { after: "Login", before: "nothing", what: "Description of email" },
  ]);
  expect(differences(after, after)).toEqual([]);
});

it("tells owners that came and went", () => {
  const [only] = differences(ASSET, { ...ASSET, owners: [] });
  expect(only).toEqual({ after: "nothing", before: "ana (steward)", what: "Owners" });
});
