import { Button, Flex, Text } from "@chakra-ui/react";
import { LuPlay, LuRadar } from "react-icons/lu";

import { isLive, useStartCrawl } from "@/api/runs";
import type { Connection, Run } from "@/api/types";
import { useMay } from "@/app/permissions";
import { label } from "@/components/connection";

type Props = {
  readonly connection: Connection;
  readonly onTest: () => void;
  readonly run: Run | undefined;
  readonly size?: "sm" | "xs";
  readonly testing: boolean;
};

/** The two things one does with a connection, shown to those who may. */
export function RowActions({ connection, onTest, run, size = "xs", testing }: Props) {
  const may = useMay();
  const crawl = useStartCrawl();
  const busy = crawl.isPending || (run !== undefined && isLive(run));
  const name = label(connection);
  return (
    <Flex align="flex-end" direction="column" gap={1}>
      <Flex direction={size === "xs" ? { base: "column", sm: "row" } : "row"} gap={2} justify="flex-end">
        {may("test") ? (
          <Button aria-label={`Test ${name}`} loading={testing} onClick={onTest} size={size} variant="outline">
            <LuPlay /> Test
          </Button>
        ) : null}
        {may("crawl") ? (
          <Button
            aria-label={`Crawl ${name}`}
            disabled={busy}
            loading={crawl.isPending}
            onClick={() => crawl.mutate(connection.id)}
            size={size}
            variant="outline"
          >
            <LuRadar /> Crawl
          </Button>
        ) : null}
      </Flex>
      {crawl.error === null ? null : (
        <Text color="red.fg" fontSize="xs" maxW="30ch" role="alert" textAlign="end">
          {crawl.error.message}
        </Text>
      )}
    </Flex>
  );
}
