import { Flex, Text } from "@chakra-ui/react";

import { isLive } from "@/api/runs";
import type { Run } from "@/api/types";
import { Ago } from "@/components/Ago";
import { words } from "@/components/format";
import { ProgressLine } from "@/components/ProgressLine";
import { RouteLink } from "@/components/RouteLink";

const DONE_RECENTLY_MS = 15 * 60_000;

const RESULT: Record<string, string> = { CANCELLED: "cancelled", COMPLETED: "completed", FAILED: "failed" };

/** A connection's newest run in one line: its progress while it moves, its end for a while after. */
export function RunLine({ run }: { readonly run: Run | undefined }) {
  if (run === undefined) {
    return null;
  }
  const to = `/runs/${encodeURIComponent(run.id)}`;
  if (isLive(run)) {
    return (
      <Flex align="center" gap={2} mt={1}>
        <RouteLink fontSize="xs" to={to} whiteSpace="nowrap">
          {run.status === "PENDING" ? `${words(run.type)} waits` : `${words(run.type)} runs`}
        </RouteLink>
        <ProgressLine run={run} />
      </Flex>
    );
  }
  const ended = run.finishedAt;
  if (!ended || Date.now() - Date.parse(ended) > DONE_RECENTLY_MS) {
    return null;
  }
  return (
    <Text color={run.status === "FAILED" ? "red.fg" : "fg.muted"} fontSize="xs" mt={1}>
      {words(run.type)} {RESULT[run.status]} <Ago moment={ended} /> ·{" "}
      <RouteLink to={to}>{run.status === "COMPLETED" ? (run.type === "COMPLIANCE_SCAN" ? "what it found" : "what changed") : "why"}</RouteLink>
    </Text>
  );
}
