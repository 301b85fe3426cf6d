import { expect, it } from "vitest";

import { citations, factName } from "@/pages/compliance/citations";

it("names each standard once, with all that is cited of it", () => {
  const standards = [
    { citation: "Art. 5", standard: "GDPR" },
    { citation: "CC6.1", standard: "SOC2" },
    { citation: "Art. 32", standard: "GDPR" },
  ];
  expect(citations({ standards })).toEqual([
    ["GDPR", "Art. 5; Art. 32"],
    ["SOC2", "CC6.1"],
  ]);
});

it("names a fact without what it is a fact of", () => {
  expect([factName("asset.publicAccess"), factName("owner")]).toEqual(["Public access", "Owner"]);
});
