import { expect, it } from "vitest";

import { synonymsOf } from "@/pages/glossary/synonyms";

it.each([
  ["", []],
  [" , ", []],
  ["Attrition", ["Attrition"]],
  ["Attrition, Lost customers ,Attrition", ["Attrition", "Lost customers"]],
])("reads %j as %j", (text, synonyms) => {
  expect(synonymsOf(text)).toEqual(synonyms);
});
