/** The design's health answer in the words of a check. */

import type { CheckStep, Health, StepStatus } from "@/api/types";

type WireCheck = {
  readonly code?: string;
  readonly latency?: string;
  readonly message?: string;
  readonly remedy?: string;
  readonly status: string;
};

export type WireHealth = {
  readonly checks: Record<string, WireCheck>;
  readonly connectionId: string;
  readonly latencyMs: number | null;
  readonly status: string;
  readonly timestamp: string | null;
};

const STATUSES: Record<string, StepStatus> = { degraded: "warning", healthy: "passed", skipped: "skipped" };

function readCheck([name, { code, latency, message, remedy, status }]: readonly [string, WireCheck]): CheckStep {
  const milliseconds = Number.parseFloat(latency ?? "");
  return {
    code: code ?? null,
    message: message ?? null,
    milliseconds: Number.isNaN(milliseconds) ? null : milliseconds,
    name,
    remedy: remedy ?? null,
    status: STATUSES[status] ?? "failed",
  };
}

export function readHealth({ checks, latencyMs, status, timestamp }: WireHealth): Health {
  return { checkedAt: timestamp, latencyMs, status, steps: Object.entries(checks).map(readCheck) };
}
