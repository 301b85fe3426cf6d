import { expect, it } from "vitest";

import { tokens } from "@/pages/asset/sqlTokens";

const SQL = `SELECT "from", 'it''s' AS x, 4.5 -- end\nFROM t1`;

it("colours nothing twice and loses nothing", () => {
  expect(tokens(SQL).map(({ text }) => text).join("")).toBe(SQL);
});

it("knows keywords from quoted names", () => {
  const kinds = new Map(tokens(SQL).map(({ kind, text }) => [text, kind]));
  expect([kinds.get("SELECT"), kinds.get('"from"'), kinds.get("'it''s'"), kinds.get("4.5"), kinds.get("-- end")]).toEqual([
    "keyword",
    "other",
    "string",
    "number",
    "comment",
  ]);
});
