import { expect, it } from "vitest";

import { filesOf, formatOf, otherFacts, partitionsOf, protection } from "@/pages/asset/dataset";

it("names format, files and partitions in words", () => {
  expect(formatOf({ compression: "gzip", format: "csv" })).toBe("CSV, gzip");
  expect(formatOf({ format: "parquet" })).toBe("Parquet");
  expect(formatOf({})).toBeUndefined();
  expect(filesOf({ archived: 1200, empty: 0, files: 3000 })).toBe("3,000, 1,200 archived");
  expect(partitionsOf({ partitions: { at_least: true, count: 24, first: "2024/01", last: "2025/12" } })).toBe(
    "at least 24, from 2024/01 to 2025/12",
  );
  expect(partitionsOf({ partitions: [{ name: "p", schema: "public" }] })).toBeUndefined();
});

it("judges how a bucket is protected, and says when it is not known", () => {
  const told = protection({ encrypted_at_rest: true, encryption: "AES256", lifecycle: false, public_access: "unknown" });
  expect(told).toEqual([
    ["Public access", { state: "unknown", text: "Not known" }],
    ["Encryption", { state: "passed", text: "AES256" }],
    ["Lifecycle", { state: "warning", text: "No rule" }],
  ]);
  expect(protection({ public_access: true })[0]?.[1].state).toBe("failed");
});

it("shows what has no place of its own, and nothing twice", () => {
  expect(otherFacts({ delimiter: ";", files: 2, format: "csv", header: true })).toEqual([
    ["Delimiter", ";"],
    ["Header", "yes"],
  ]);
});
