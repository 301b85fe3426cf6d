import { readFileSync } from "node:fs";

import { expect, it } from "vitest";

import { KINDS } from "@/pages/audit/kinds";

type Parameter = { readonly name: string; readonly schema: { readonly anyOf: readonly { readonly enum?: readonly string[] }[] } };

const DOCUMENT = new URL("../../../../providers/crosswind/openapi/metastore.json", import.meta.url);

it("offers every kind that the server's audit tells of, and no other", () => {
  const { paths } = JSON.parse(readFileSync(DOCUMENT, "utf-8"));
  const parameters: readonly Parameter[] = paths["/v1/audits"].get.parameters;
  const taken = parameters.find(({ name }) => name === "entity_type")?.schema.anyOf.find((each) => each.enum)?.enum;
  expect(KINDS).toEqual(taken);
});
