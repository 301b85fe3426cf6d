import type { Decision, Finding, FindingStatus } from "@/api/governanceTypes";
import type { Page } from "@/api/types";

const DECIDED: Record<Decision, FindingStatus> = { confirm: "confirmed", reject: "rejected", reopen: "proposed" };

/** A page of findings as it is after a decision on some of them. */
export function decided(page: Page<Finding>, ids: ReadonlySet<string>, decision: Decision): Page<Finding> {
  const status = DECIDED[decision];
  return { ...page, data: page.data.map((finding) => (ids.has(finding.id) ? { ...finding, status } : finding)) };
}
