import { expect, it } from "vitest";

import { earliest, latest, proposed, until } from "@/pages/compliance/acceptance";

const NOW = Date.parse("2026-11-21T20:00:00Z");
const YEAR_MS = 365 * 86_400_000;

it("offers days that the server takes", () => {
  expect([earliest(NOW), proposed(NOW), latest(NOW)]).toEqual(["2026-11-22", "2027-02-19", "2027-11-20"]);
  expect(Date.parse(until(latest(NOW)))).toBeLessThanOrEqual(NOW + YEAR_MS);
  expect(Date.parse(until(earliest(NOW)))).toBeGreaterThan(NOW);
});
