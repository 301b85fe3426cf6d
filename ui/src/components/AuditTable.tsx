import { Box, IconButton, Table, Text } from "@chakra-ui/react";
import { useState } from "react";
import { LuChevronDown, LuChevronRight } from "react-icons/lu";

import type { Audit } from "@/api/history";
import { Ago } from "@/components/Ago";
import { Facts } from "@/components/Facts";
import { exactly, words } from "@/components/format";
import { RouteLink } from "@/components/RouteLink";
import { changes, only, said } from "@/components/said";
import { StateBadge } from "@/components/StateBadge";
import { TableFrame, type Head } from "@/components/TableFrame";

const WHAT: Head = { label: "What" };
const HEADS: readonly Head[] = [
  { label: "Action" },
  { hideBelow: "sm", label: "By" },
  { hideBelow: "sm", label: "When" },
  { hideBelow: "md", label: "Before and after" },
  { label: "Details", quiet: true, width: "40px" },
];
const PAGES: Readonly<Record<string, string>> = {
  ASSET: "assets",
  COMPLIANCE: "connections",
  CONNECTION: "connections",
  CRAWL: "runs",
  SCAN: "runs",
  TASK: "runs",
};
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

/** All that an entry holds: the exact moment, who by their account, and each value before and after. */
function Details({ audit: { after_state: after, before_state: before, entity_id: id, entity_type: type, timestamp, user } }: { readonly audit: Audit }) {
  return (
    <Facts
      facts={[
        ["When", exactly(timestamp)],
        ["By", user.name === user.id ? user.id : `${user.name} (${user.id})`],
        ["Of", `${words(type)} ${id}`],
        ...changes(before, after),
      ]}
    />
  );
}

function Row({ audit, withEntity }: { readonly audit: Audit; readonly withEntity: boolean }) {
  const [open, setOpen] = useState(false);
  const { action, after_state: after, before_state: before, entity_type: type, id, outcome, timestamp, user } = audit;
  const detailsId = `audit-${id}`;
  return (
    <>
      <Table.Row>
        {withEntity ? (
          <Table.Cell maxW="320px" overflowWrap="anywhere">
            <Entity audit={audit} />
          </Table.Cell>
        ) : null}
        <Table.Cell>
          {words(action)} {outcome === "success" ? null : <StateBadge label={outcome} state="failed" />}
          <Text color="fg.muted" fontSize="xs" hideFrom="sm" overflowWrap="anywhere">
            {user.name}, <Ago moment={timestamp} />
          </Text>
        </Table.Cell>
        <Table.Cell hideBelow="sm" overflowWrap="anywhere">
          {user.name}
        </Table.Cell>
        <Table.Cell color="fg.muted" hideBelow="sm">
          <Ago moment={timestamp} />
        </Table.Cell>
        <Table.Cell hideBelow="md" maxW="520px">
          <Text color="fg.muted" fontSize="xs" lineClamp={3} overflowWrap="anywhere">
            {before === null ? "" : `${said(only(before))} → `}
            {after === null ? "" : said(only(after))}
          </Text>
        </Table.Cell>
        <Table.Cell>
          <IconButton
            aria-controls={open ? detailsId : undefined}
            aria-expanded={open}
            aria-label={`Details: ${words(type)}, ${words(action)}`}
            onClick={() => setOpen(!open)}
            size="2xs"
            variant="ghost"
          >
            {open ? <LuChevronDown /> : <LuChevronRight />}
          </IconButton>
        </Table.Cell>
      </Table.Row>
      {open ? (
        <Table.Row id={detailsId}>
          <Table.Cell colSpan={HEADS.length + Number(withEntity)}>
            <Box py={2}>
              <Details audit={audit} />
            </Box>
          </Table.Cell>
        </Table.Row>
      ) : null}
    </>
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
