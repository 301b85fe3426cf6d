import { Table, Text } from "@chakra-ui/react";
import { useState } from "react";
import { LuActivity } from "react-icons/lu";

import type { Asset } from "@/api/catalogTypes";
import { useAssetRuns, type JobRun } from "@/api/history";
import { Ago } from "@/components/Ago";
import { Empty } from "@/components/Empty";
import { duration } from "@/components/format";
import { Listing } from "@/components/Listing";
import { RouteLink } from "@/components/RouteLink";
import { StateBadge } from "@/components/StateBadge";
import { TableFrame, type Head } from "@/components/TableFrame";

const HEADS: readonly Head[] = [
  { label: "Job" },
  { label: "State" },
  { hideBelow: "sm", label: "Started" },
  { hideBelow: "md", label: "Duration" },
];

/** OpenLineage's states in the words that our badges know. */
const STATES: Readonly<Record<string, string>> = { ABORT: "cancelled", COMPLETE: "completed", FAIL: "failed", START: "running" };

function Row({ here, run }: { readonly here: string; readonly run: JobRun }) {
  const { assetId, endedAt, jobName, jobNamespace, startedAt, state, updatedAt } = run;
  const taken = startedAt && endedAt ? Date.parse(endedAt) - Date.parse(startedAt) : undefined;
  return (
    <Table.Row>
      <Table.Cell>
        {assetId === here ? <Text>{jobName}</Text> : <RouteLink to={`/assets/${assetId}`}>{jobName}</RouteLink>}
        <Text color="fg.muted" fontSize="xs">
          {jobNamespace}
        </Text>
      </Table.Cell>
      <Table.Cell>
        <StateBadge state={STATES[state] ?? state} />
      </Table.Cell>
      <Table.Cell color="fg.muted" hideBelow="sm">
        <Ago moment={startedAt ?? updatedAt} />
      </Table.Cell>
      <Table.Cell fontVariantNumeric="tabular-nums" hideBelow="md">
        {taken === undefined ? "–" : duration(taken)}
      </Table.Cell>
    </Table.Row>
  );
}

/** The runs of a pipeline, or those that wrote a dataset. */
export function Runs({ asset }: { readonly asset: Asset }) {
  const [page, setPage] = useState(1);
  const answer = useAssetRuns(asset.id, page);
  return (
    <Listing
      answer={answer}
      empty={<Empty icon={<LuActivity />} text="Runs show here once their OpenLineage events come in." title="No run has told of it" />}
      filtered={false}
      noun="run"
      onClear={() => undefined}
      onPage={setPage}
      page={page}
    >
      {(rows, loading) => (
        <TableFrame caption={`Runs of ${asset.name}`} heads={HEADS} loading={loading} rows={4}>
          {rows.map((run) => (
            <Row here={asset.id} key={run.runId} run={run} />
          ))}
        </TableFrame>
      )}
    </Listing>
  );
}
