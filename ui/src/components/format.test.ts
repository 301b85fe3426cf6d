import { describe, expect, it } from "vitest";

import { ago, bytes, duration, plural, words } from "@/components/format";
import { segments } from "@/components/segments";

const NOW = Date.parse("2026-11-21T12:00:00Z");

describe("ago", () => {
  it.each([
    ["2026-11-21T11:59:55Z", "just now"],
    ["2026-11-21T11:59:20Z", "40 seconds ago"],
    ["2026-11-21T11:57:00Z", "3 minutes ago"],
    ["2026-11-20T11:00:00Z", "1 day ago"],
    ["2026-11-21T13:00:00Z", "in 1 hour"],
    ["never", "never"],
  ])("says %s as %s", (moment, said) => {
    expect(ago(moment, NOW)).toBe(said);
  });
});

describe("figures", () => {
  it.each([
    [850, "850 ms"],
    [4_230, "4.2 s"],
    [185_000, "3 min 05 s"],
    [7_500_000, "2 h 05 min"],
  ])("says %d milliseconds as %s", (milliseconds, said) => {
    expect(duration(milliseconds)).toBe(said);
  });

  it.each([
    [0, "0 B"],
    [999, "999 B"],
    [1_500_000, "1.5 MB"],
    [250_000_000, "250 MB"],
  ])("says %d bytes as %s", (value, said) => {
    expect(bytes(value)).toBe(said);
  });

  it("counts nouns", () => {
    expect([plural(1, "table"), plural(2_000, "table")]).toEqual(["1 table", "2,000 tables"]);
  });

  it("reads names of either spelling", () => {
    expect([words("sslMode"), words("row_count"), words("openlineage")]).toEqual(["Ssl mode", "Row count", "OpenLineage"]);
  });
});

describe("segments", () => {
  it("marks what the server marked", () => {
    expect(segments("<em>user</em>s of <em>x</em>")).toEqual([
      { hit: true, text: "user" },
      { hit: false, text: "s of " },
      { hit: true, text: "x" },
    ]);
  });

  it("leaves other markup as text", () => {
    expect(segments("<img src=x onerror=alert(1)>")).toEqual([{ hit: false, text: "<img src=x onerror=alert(1)>" }]);
  });
});
