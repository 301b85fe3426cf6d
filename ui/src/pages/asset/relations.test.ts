import { expect, it } from "vitest";

import { CHOICES, related, saying } from "@/pages/asset/relations";

it("says a relationship from the end where one stands", () => {
  const edge = { source_asset_id: "report", type: "DEPENDS_ON" } as const;
  expect([saying(edge, "report"), saying(edge, "orders")]).toEqual(["depends on", "is read by"]);
});

it.each(CHOICES)("asks for what “%s” says", (choice, label) => {
  const request = related(choice, "here", "there");
  expect(new Set([request.source_asset_id, request.target_asset_id])).toEqual(new Set(["here", "there"]));
  expect(label).toBe(`It ${saying(request, "here")} …`);
});
