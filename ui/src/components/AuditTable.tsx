import { Table, Text } from "@chakra-ui/react";

import type { Audit } from "@/api/history";
import { Ago } from "@/components/Ago";
import { words } from "@/components/format";
import { RouteLink } from "@/components/RouteLink";
import { only, said } from "@/components/said";
import { StateBadge } from "@/components/StateBadge";
import { TableFrame, type Head } from "@/components/TableFrame";

const WHAT: Head = { label: "What" };
const HEADS: readonly Head[] = [
  { label: "Action" },
  { label: "By" },
  { hideBelow: "sm", label: "When" },
  { hideBelow: "md", label: "Before and after" },
];
const PAGES: Readonly<Record<string, string>> = { ASSET: "assets", CONNECTION: "connections", TASK: "runs" };
const MANY = new Set(["batch", "catalog", "openlineage"]);

/** What an entry is of: its kind, and the way to it where it has a page. */
function Entity({ audit: { entity_id: id, entity_type: type } }: { readonly audit: Audit }) {
  const place = MANY.has(id) ? undefined : PAGES[type];
  return (
    <>
      {words(type)}{" "}
      <Text as="span" color="fg.muted" fontSize="xs">
        {place === undefined ? id : <RouteLink to={`/${place}/${encodeURIComponent(id)}`}>{id}</RouteLink>}
      </Text>
    </>
  );
}

function Row({ audit, withEntity }: { readonly audit: Audit; readonly withEntity: boolean }) {
  const { action, after_state: after, before_state: before, outcome, timestamp, user } = audit;
  return (
    <Table.Row>
      {withEntity ? (
        <Table.Cell maxW="320px" overflowWrap="anywhere">
          <Entity audit={audit} />
        </Table.Cell>
      ) : null}
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

type Props = {
  readonly audits: readonly Audit[];
  readonly caption: string;
  readonly loading: boolean;
  readonly withEntity?: boolean;
};

/** Who did what, the latest first; of one thing, or of all with what each entry is of. */
export function AuditTable({ audits, caption, loading, withEntity = false }: Props) {
  return (
    <TableFrame caption={caption} heads={withEntity ? [WHAT, ...HEADS] : HEADS} loading={loading} rows={3}>
      {audits.map((audit) => (
        <Row audit={audit} key={audit.id} withEntity={withEntity} />
      ))}
    </TableFrame>
  );
}
