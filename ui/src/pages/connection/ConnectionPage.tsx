import { Box, Flex, HStack, Skeleton, Stack, Text } from "@chakra-ui/react";
import { useEffect, useRef } from "react";
import { LuPlug } from "react-icons/lu";
import { useLocation, useNavigate, useParams } from "react-router";

import { useConnection, useHealth, useTest } from "@/api/connections";
import { isLive, useRuns } from "@/api/runs";
import type { Connection } from "@/api/types";
import { addressOf, label, systemName } from "@/components/connection";
import { ErrorNote } from "@/components/ErrorNote";
import { PageHead } from "@/components/PageHead";
import { Panel } from "@/components/Panel";
import { RouteLink } from "@/components/RouteLink";
import { RunTable } from "@/components/RunTable";
import { StateBadge } from "@/components/StateBadge";
import { Ago } from "@/components/Ago";
import { Actions } from "@/pages/connection/Actions";
import { ConfigurationPanel } from "@/pages/connection/ConfigurationPanel";
import { DiscoveryPanel } from "@/pages/connection/DiscoveryPanel";
import { CheckOutcome } from "@/pages/connections/CheckOutcome";
import { RowActions } from "@/pages/connections/RowActions";

/** Test once when the page is reached from the form that registered the connection. */
function useTestOnArrival(start: () => void): void {
  const { pathname, state } = useLocation();
  const navigate = useNavigate();
  const done = useRef(false);
  useEffect(() => {
    if (!done.current && (state as { readonly test?: boolean } | null)?.test === true) {
      done.current = true;
      start();
      void navigate(pathname, { replace: true, state: null });
    }
  }, [navigate, pathname, start, state]);
}

function Checks({ connection, test }: { readonly connection: Connection; readonly test: ReturnType<typeof useTest> }) {
  const { data: health } = useHealth(connection.id);
  return (
    <Panel
      action={
        health?.checkedAt ? (
          <HStack fontSize="sm">
            <StateBadge state={health.status} />
            <Ago color="fg.muted" moment={health.checkedAt} />
          </HStack>
        ) : null
      }
      title="Last check"
    >
      <Box aria-live="polite">
        <CheckOutcome health={health} test={test} />
      </Box>
    </Panel>
  );
}

function Runs({ connection }: { readonly connection: Connection }) {
  const { data, error, isPending } = useRuns({ connectionId: connection.id, pageSize: 10 });
  return (
    <Panel title="Runs">
      {error === null ? null : <ErrorNote error={error} />}
      {data?.data.length === 0 ? (
        <Text color="fg.muted" fontSize="sm">
          Nothing has run yet. A crawl reads the tables, views, keys and comments into the catalog.
        </Text>
      ) : (
        <RunTable loading={isPending} rows={3} runs={data?.data ?? []} withConnection={false} />
      )}
    </Panel>
  );
}

export default function ConnectionPage() {
  const { id = "" } = useParams();
  const { data: connection, error, isPending, refetch } = useConnection(id);
  const { data: runs } = useRuns({ connectionId: id, pageSize: 10 });
  const test = useTest(id);
  useTestOnArrival(test.mutate);
  if (error !== null && connection === undefined) {
    return (
      <>
        <PageHead title={id} />
        <ErrorNote error={error} onRetry={() => void refetch()} />
      </>
    );
  }
  const run = runs?.data.find(isLive) ?? runs?.data[0];
  return (
    <>
      <PageHead
        actions={
          connection === undefined ? null : (
            <>
              <RowActions connection={connection} onTest={test.mutate} run={run} size="sm" testing={test.isPending} />
              <Actions connection={connection} />
            </>
          )
        }
        icon={<LuPlug />}
        title={connection === undefined ? id : label(connection)}
      >
        {connection === undefined ? (
          <Skeleton height="20px" mt={1} width="240px" />
        ) : (
          <Flex align="center" color="fg.muted" columnGap={3} fontSize="sm" mt={1} rowGap={1} wrap="wrap">
            <StateBadge state={connection.status} />
            <span>{systemName(connection)}</span>
            <Text as="span" overflowWrap="anywhere">
              {addressOf(connection)}
            </Text>
            <RouteLink to={`/catalog?connection=${encodeURIComponent(connection.id)}`}>Show its assets</RouteLink>
          </Flex>
        )}
      </PageHead>
      {isPending ? <Skeleton height="240px" /> : null}
      {connection === undefined ? null : (
        <Stack gap={4}>
          <Box alignItems="start" display="grid" gap={4} gridTemplateColumns={{ base: "minmax(0, 1fr)", lg: "1fr 1fr" }}>
            <Stack gap={4} minW={0}>
              <Checks connection={connection} test={test} />
              <DiscoveryPanel connection={connection} />
            </Stack>
            <ConfigurationPanel connection={connection} />
          </Box>
          <Runs connection={connection} />
        </Stack>
      )}
    </>
  );
}
