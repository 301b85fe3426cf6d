import { expect, it } from "vitest";

import { readHealth } from "@/api/health";

it("reads the design's health answer as the steps of a check", () => {
  const health = readHealth({
    checks: {
      dial: { latency: "12ms", message: "The port is open", status: "healthy" },
      login: { code: "CONN_003", message: "refused", remedy: "Enter it anew", status: "unhealthy" },
      tls: { status: "degraded" },
    },
    connectionId: "flights",
    latencyMs: 12.5,
    status: "unhealthy",
    timestamp: "2026-11-21T10:00:00Z",
  });
  expect(health.steps.map(({ milliseconds, name, status }) => [name, status, milliseconds])).toEqual([
    ["dial", "passed", 12],
    ["login", "failed", null],
    ["tls", "warning", null],
  ]);
  expect(health.checkedAt).toBe("2026-11-21T10:00:00Z");
});
