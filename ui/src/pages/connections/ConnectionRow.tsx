import { Box, Flex, IconButton, Table, Text } from "@chakra-ui/react";
import { useState } from "react";
import { LuChevronDown, LuChevronRight } from "react-icons/lu";

import { useHealth, useTest } from "@/api/connections";
import type { Connection, Health, Run } from "@/api/types";
import { Ago } from "@/components/Ago";
import { addressOf, label, systemName } from "@/components/connection";
import { duration, words } from "@/components/format";
import { RouteLink } from "@/components/RouteLink";
import { RunLine } from "@/components/RunLine";
import { StateBadge } from "@/components/StateBadge";
import { CheckOutcome } from "@/pages/connections/CheckOutcome";
import { HEADS } from "@/pages/connections/heads";
import { RowActions } from "@/pages/connections/RowActions";

/** A check's outcome in a word, with its age and how long the source took. */
function LastCheck({ health }: { readonly health: Health | undefined }) {
  if (health === undefined) {
    return null;
  }
  if (health.checkedAt === null) {
    return <Text color="fg.muted">never checked</Text>;
  }
  return (
    <Flex align="center" gap={2} wrap="wrap">
      <StateBadge state={health.status} />
      <Text color="fg.muted" fontSize="sm">
        <Ago moment={health.checkedAt} />
        {health.latencyMs === null ? null : ` · ${duration(health.latencyMs)}`}
      </Text>
    </Flex>
  );
}

function NameCell({ connection }: { readonly connection: Connection }) {
  return (
    <>
      <RouteLink fontWeight="semibold" overflowWrap="anywhere" to={`/connections/${encodeURIComponent(connection.id)}`}>
        {label(connection)}
      </RouteLink>
      <Text color="fg.muted" fontSize="xs" overflowWrap="anywhere">
        {addressOf(connection) || connection.id}
      </Text>
      <Flex gap={2} hideFrom="sm" mt={1}>
        <StateBadge state={connection.status} />
      </Flex>
    </>
  );
}

type Props = {
  readonly connection: Connection;
  /** As far as the list of all last results reached. */
  readonly health: Health | undefined;
  readonly run: Run | undefined;
};

export function ConnectionRow({ connection, health: listed, run }: Props) {
  const [open, setOpen] = useState(false);
  const test = useTest(connection.id);
  const { data: fetched } = useHealth(connection.id, open);
  const health = fetched ?? listed;
  const detailsId = `details-${connection.id}`;
  const startTest = () => {
    setOpen(true);
    test.mutate();
  };
  return (
    <>
      <Table.Row>
        <Table.Cell pe={0}>
          <IconButton
            aria-controls={open ? detailsId : undefined}
            aria-expanded={open}
            aria-label={`Checks of ${label(connection)}`}
            onClick={() => setOpen(!open)}
            size="2xs"
            variant="ghost"
          >
            {open ? <LuChevronDown /> : <LuChevronRight />}
          </IconButton>
        </Table.Cell>
        <Table.Cell>
          <NameCell connection={connection} />
          <RunLine run={run} />
        </Table.Cell>
        <Table.Cell hideBelow="md" whiteSpace="nowrap">
          {systemName(connection)}
        </Table.Cell>
        <Table.Cell hideBelow="lg">{connection.environment ? words(connection.environment) : "–"}</Table.Cell>
        <Table.Cell hideBelow="sm">
          <StateBadge state={connection.status} />
        </Table.Cell>
        <Table.Cell hideBelow="md">
          <LastCheck health={health} />
        </Table.Cell>
        <Table.Cell>
          <RowActions connection={connection} onTest={startTest} run={run} testing={test.isPending} />
        </Table.Cell>
      </Table.Row>
      {open ? (
        <Table.Row id={detailsId}>
          <Table.Cell />
          <Table.Cell colSpan={HEADS.length - 1} py={3}>
            <Box aria-live="polite">
              <CheckOutcome health={health} test={test} />
            </Box>
          </Table.Cell>
        </Table.Row>
      ) : null}
    </>
  );
}
