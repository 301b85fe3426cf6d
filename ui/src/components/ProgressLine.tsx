import { Progress, Text } from "@chakra-ui/react";

import type { Run } from "@/api/types";

/** How far a run is; without a figure yet, a bar that only moves. */
export function ProgressLine({ run }: { readonly run: Run }) {
  const known = run.status === "RUNNING" && typeof run.progress === "number" && run.progress > 0;
  const value = known ? Math.min(100, Math.max(0, run.progress ?? 0)) : null;
  return (
    <>
      <Progress.Root
        aria-label="Progress"
        colorPalette={run.status === "PENDING" ? "queued" : "running"}
        flex="1"
        maxW="160px"
        minW="60px"
        size="xs"
        value={value}
      >
        <Progress.Track>
          <Progress.Range />
        </Progress.Track>
      </Progress.Root>
      {value === null ? null : (
        <Text color="fg.muted" fontSize="xs" fontVariantNumeric="tabular-nums">
          {Math.round(value)}%
        </Text>
      )}
    </>
  );
}
