import { Box, Flex, Stack, Text } from "@chakra-ui/react";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";

import { forgetCompliance } from "@/api/compliance";
import { isLive, useRuns } from "@/api/runs";
import { ProgressLine } from "@/components/ProgressLine";
import { RouteLink } from "@/components/RouteLink";
import { StateBadge } from "@/components/StateBadge";

const SHOWN = 20;

/** The scans that move, however they were started; when one ends, the figures are asked for anew. */
export function ScanRuns() {
  const client = useQueryClient();
  const { data } = useRuns({ pageSize: SHOWN, type: "COMPLIANCE_SCAN" });
  const live = data?.data.filter(isLive) ?? [];
  const before = useRef(0);
  useEffect(() => {
    if (live.length < before.current) {
      void forgetCompliance(client);
      void client.invalidateQueries({ queryKey: ["findings"] });
      void client.invalidateQueries({ queryKey: ["finding-summary"] });
    }
    before.current = live.length;
  }, [client, live.length]);
  if (live.length === 0) {
    return null;
  }
  return (
    <Box aria-label="Scans under way" aria-live="polite" as="section" borderRadius="md" borderWidth={1} mb={4} p={3}>
      <Stack gap={2}>
        {live.map((run) => (
          <Flex align="center" columnGap={3} key={run.id} rowGap={1} wrap="wrap">
            <StateBadge state={run.status} />
            <RouteLink fontSize="sm" to={`/runs/${encodeURIComponent(run.id)}`}>
              Scan of {run.connectionName ?? run.connectionId ?? "a connection"}
            </RouteLink>
            <Flex align="center" flex="1" gap={2} minW="120px">
              <ProgressLine run={run} />
            </Flex>
          </Flex>
        ))}
        <Text color="fg.muted" fontSize="xs">
          What a scan finds stands below as soon as it ends.
        </Text>
      </Stack>
    </Box>
  );
}
