import { expect, it } from "vitest";

import { CHOICES, otherEnd, related, saying } from "@/pages/asset/relations";

it("says a relationship from the end where one stands", () => {
  const edge = { source_asset_id: "report", type: "DEPENDS_ON" } as const;
  expect([saying(edge, "report"), saying(edge, "orders")]).toEqual(["depends on", "is read by"]);
});

it.each(CHOICES)("asks for what “%s” says", (choice, label) => {
  const request = related(choice, "here", "there");
  expect(new Set([request.source_asset_id, request.target_asset_id])).toEqual(new Set(["here", "there"]));
  expect(label).toBe(`It ${saying(request, "here")} …`);
});

it("names the asset at the other end, and none that may not be read", () => {
  const end = (id: string) => ({ id, name: id, qualified_name: `db.${id}`, type: "TABLE" });
  const edge = {
    created_at: "", created_by: null, id: "e", metadata: {}, origin: "person", source_asset: end("report"), source_asset_id: "report",
    target_asset: end("orders"), target_asset_id: "orders", type: "DEPENDS_ON",
  } as const;
  expect([otherEnd(edge, "report")?.name, otherEnd(edge, "orders")?.name]).toEqual(["orders", "report"]);
  expect(otherEnd({ ...edge, target_asset: null }, "report")).toBeNull();
});
