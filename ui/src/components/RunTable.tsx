import { Button, Flex, Table, Text } from "@chakra-ui/react";

import { isLive, useCancel } from "@/api/runs";
import type { Run } from "@/api/types";
import { useMay } from "@/app/permissions";
import { AirflowLink } from "@/components/AirflowLink";
import { Ago } from "@/components/Ago";
import { duration, words } from "@/components/format";
import { ProgressLine } from "@/components/ProgressLine";
import { RouteLink } from "@/components/RouteLink";
import { dagRunPath, fileName, runTime } from "@/components/run";
import { StateBadge } from "@/components/StateBadge";
import { TableFrame, type Head } from "@/components/TableFrame";

function StateCell({ run }: { readonly run: Run }) {
  return (
    <Flex align="center" columnGap={3} minW={{ md: "220px" }} rowGap={1} wrap="wrap">
      <StateBadge state={run.status} />
      {isLive(run) ? (
        <Flex align="center" flex="1" gap={2}>
          <ProgressLine run={run} />
        </Flex>
      ) : null}
      {run.status === "FAILED" && run.error?.message ? (
        <Text color="red.fg" fontSize="xs" lineClamp={2} title={run.error.message}>
          {run.error.message}
        </Text>
      ) : null}
    </Flex>
  );
}

function CancelButton({ run }: { readonly run: Run }) {
  const cancel = useCancel();
  return (
    <Button
      aria-label={`Cancel run ${run.id}`}
      colorPalette="danger"
      loading={cancel.isPending}
      onClick={() => cancel.mutate(run.id)}
      size="xs"
      title={cancel.error?.message}
      variant="outline"
    >
      Cancel
    </Button>
  );
}

function RunRow({ run, withConnection }: { readonly run: Run; readonly withConnection: boolean }) {
  const may = useMay();
  const airflow = dagRunPath(run);
  const taken = runTime(run);
  return (
    <Table.Row>
      <Table.Cell>
        <RouteLink fontWeight="semibold" to={`/runs/${encodeURIComponent(run.id)}`}>
          {words(run.type)}
        </RouteLink>
        {withConnection && run.connectionId ? (
          <Text fontSize="xs">
            <RouteLink color="fg.muted" to={`/connections/${encodeURIComponent(run.connectionId)}`}>
              {run.connectionName ?? run.connectionId}
            </RouteLink>
          </Text>
        ) : null}
        {run.source ? (
          <Text color="fg.muted" fontSize="xs" lineClamp={1} maxW="360px" overflowWrap="anywhere" title={run.source}>
            {fileName(run.source, run.fileName)}
          </Text>
        ) : null}
      </Table.Cell>
      <Table.Cell>
        <StateCell run={run} />
      </Table.Cell>
      <Table.Cell hideBelow="sm">
        <Ago moment={run.startedAt ?? run.createdAt} />
      </Table.Cell>
      <Table.Cell fontVariantNumeric="tabular-nums" hideBelow="md" whiteSpace="nowrap">
        {taken === undefined ? "–" : duration(taken)}
      </Table.Cell>
      <Table.Cell fontVariantNumeric="tabular-nums" hideBelow="lg">
        {run.priority}
      </Table.Cell>
      <Table.Cell hideBelow="lg">{run.requestedBy ?? "–"}</Table.Cell>
      <Table.Cell>
        <Flex align="center" gap={3} justify="flex-end">
          {airflow === undefined ? null : (
            <AirflowLink fontSize="sm" hideBelow="sm" path={airflow}>
              DAG run
            </AirflowLink>
          )}
          {isLive(run) && may("cancel") ? <CancelButton run={run} /> : null}
        </Flex>
      </Table.Cell>
    </Table.Row>
  );
}

const HEADS: readonly Head[] = [
  { label: "Run" },
  { label: "Status" },
  { hideBelow: "sm", label: "Started" },
  { hideBelow: "md", label: "Duration" },
  { hideBelow: "lg", label: "Priority" },
  { hideBelow: "lg", label: "By" },
  { label: "Actions", quiet: true },
];

type Props = {
  readonly caption?: string;
  readonly loading: boolean;
  readonly rows?: number;
  readonly runs: readonly Run[];
  readonly withConnection?: boolean;
};

export function RunTable({ caption = "Runs", loading, rows = 6, runs, withConnection = true }: Props) {
  return (
    <TableFrame caption={caption} heads={HEADS} loading={loading} rows={rows}>
      {runs.map((run) => (
        <RunRow key={run.id} run={run} withConnection={withConnection} />
      ))}
    </TableFrame>
  );
}
