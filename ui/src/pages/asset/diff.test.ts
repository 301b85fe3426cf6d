import { expect, it } from "vitest";

import type { Diff } from "@/api/history";
import { lines } from "@/pages/asset/diff";

const DIFF: Diff = {
  after: 5,
  before: 3,
  breaking: true,
  columns: { added: ["b"], changed: { c: [{ after: "int", before: "text", field: "data_type" }, { after: "Late", before: null, field: "description" }] }, removed: [] },
  fields: [{ after: "new", before: "old", field: "description" }],
  owners: { added: [], removed: [] },
  products: { added: [], removed: [] },
  schema: [
    { after: "text", before: null, breaking: false, column: "b", kind: "column_added" },
    { after: "int", before: "text", breaking: true, column: "c", kind: "type_changed" },
  ],
  tags: { added: ["PII"], removed: [] },
  terms: { added: [], removed: [] },
};

it("tells what breaks first, and no change of a column twice", () => {
  expect(lines(DIFF).map(({ breaking, what }) => `${breaking === true ? "! " : ""}${what}`)).toEqual([
    "! Column c: type",
    "Column b: came",
    "Description",
    "Tag came",
    "Description of c",
  ]);
});

it("shows what was and what is", () => {
  expect(lines(DIFF).slice(2)).toEqual([
    { after: "new", before: "old", what: "Description" },
    { after: "PII", what: "Tag came" },
    { after: "Late", before: "nothing", what: "Description of c" },
  ]);
});

it("tells owners, terms and data products that came and went", () => {
  const owners = {
    added: [{ kind: "user", name: "ana", role: "steward" }],
    removed: [{ kind: "team", name: "sales", role: "business" }],
  };
  const moved: Diff = {
    ...DIFF,
    columns: { added: [], changed: { c: [{ after: ["Lead"], before: [], field: "terms" }] }, removed: [] },
    fields: [{ after: "Sales", before: null, field: "domain" }],
    owners,
    products: { added: [], removed: ["Customer 360"] },
    schema: [],
    tags: { added: [], removed: [] },
    terms: { added: ["Churn"], removed: [] },
  };
  expect(lines(moved)).toEqual([
    { after: "Sales", before: "nothing", what: "Domain" },
    { after: "ana (steward)", what: "Owner came" },
    { before: "sales (business, team)", what: "Owner went" },
    { after: "Churn", what: "Term came" },
    { before: "Customer 360", what: "Data product went" },
    { after: "Lead", before: "nothing", what: "Terms of c" },
  ]);
});
