import { expect, it } from "vitest";

import { foundBy, synonymsOf } from "@/pages/glossary/synonyms";

it.each([
  ["", []],
  [" , ", []],
  ["Attrition", ["Attrition"]],
  ["Attrition, Lost customers ,Attrition", ["Attrition", "Lost customers"]],
])("reads %j as %j", (text, synonyms) => {
  expect(synonymsOf(text)).toEqual(synonyms);
});

it.each([
  ["attr", "Attrition"],
  ["LOST", "Lost customers"],
  ["churn", undefined],
  ["", undefined],
  ["nothing", undefined],
])("tells for %j that it was found by %j", (search, synonym) => {
  expect(foundBy({ name: "Churn", synonyms: ["Attrition", "Lost customers"] }, search)).toBe(synonym);
});
