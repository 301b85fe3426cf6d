import { expect, it } from "vitest";

import { citations } from "@/pages/compliance/citations";

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
