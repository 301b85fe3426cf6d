import { Stack, Table, Text } from "@chakra-ui/react";
import { useState } from "react";

import type { Asset } from "@/api/catalogTypes";
import { AUDITS_A_PAGE, useAudits, type Audit } from "@/api/history";
import { Ago } from "@/components/Ago";
import { ErrorNote } from "@/components/ErrorNote";
import { words } from "@/components/format";
import { Pager } from "@/components/Pager";
import { only, said } from "@/components/said";
import { StateBadge } from "@/components/StateBadge";
import { TableFrame, type Head } from "@/components/TableFrame";

const HEADS: readonly Head[] = [
  { label: "Action" },
  { label: "By" },
  { hideBelow: "sm", label: "When" },
  { hideBelow: "md", label: "Before and after" },
];

function Row({ audit: { action, after_state: after, before_state: before, outcome, timestamp, user } }: { readonly audit: Audit }) {
  return (
    <Table.Row>
      <Table.Cell>
        {words(action)} {outcome === "success" ? null : <StateBadge label={outcome} state="failed" />}
      </Table.Cell>
      <Table.Cell overflowWrap="anywhere">{user.name}</Table.Cell>
      <Table.Cell color="fg.muted" hideBelow="sm">
        <Ago moment={timestamp} />
      </Table.Cell>
      <Table.Cell hideBelow="md" maxW="520px">
        <Text color="fg.muted" fontSize="xs" lineClamp={3} overflowWrap="anywhere">
          {before === null ? "" : `${said(only(before))} → `}
          {after === null ? "" : said(only(after))}
        </Text>
      </Table.Cell>
    </Table.Row>
  );
}

/** Who did what to the asset, from the log that nobody can change. */
export function Audits({ asset }: { readonly asset: Asset }) {
  const [page, setPage] = useState(1);
  const { data, error, isPending, refetch } = useAudits(asset.id, page);
  if (error !== null) {
    return <ErrorNote error={error} onRetry={() => void refetch()} />;
  }
  if (data?.pagination.total === 0) {
    return <Text color="fg.muted">Nobody has changed it since the audit began.</Text>;
  }
  return (
    <Stack gap={0}>
      <TableFrame caption={`Audit of ${asset.name}`} heads={HEADS} loading={isPending} rows={3}>
        {(data?.data ?? []).map((audit) => (
          <Row audit={audit} key={audit.id} />
        ))}
      </TableFrame>
      {data === undefined ? null : (
        <Pager onPage={setPage} page={page} pageSize={AUDITS_A_PAGE} total={data.pagination.total} />
      )}
    </Stack>
  );
}
