import { expect, it } from "vitest";

import type { RemedyOutcome } from "@/api/governanceTypes";
import { GROUPS, headline } from "@/pages/compliance/outcomes";

const each = (outcome: RemedyOutcome["outcome"]): RemedyOutcome => ({ action: null, outcome, violationId: outcome });

it.each([
  [[], false, "What can be done"],
  [["planned", "unchanged"], false, "What can be done"],
  [["unchanged", "unchanged"], false, "Nothing is left to do"],
  [["applied", "failed"], true, "What was done"],
  [["unchanged"], true, "Nothing was changed"],
  [["failed"], true, "Nothing was changed"],
] as const)("heads %j, done: %s, with “%s”", (outcomes, done, title) => {
  expect(headline(outcomes.map(each), done)).toBe(title);
});

it("has a heading for each outcome", () => {
  expect(GROUPS.map(([outcome]) => outcome).sort()).toEqual(["applied", "failed", "manual", "planned", "unchanged"]);
});
