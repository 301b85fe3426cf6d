import { Button, Flex, Stack, Text } from "@chakra-ui/react";
import { useState, type ReactNode } from "react";

import type { DiffEntry } from "@/api/catalogTypes";
import { AssetIcon } from "@/components/AssetIcon";
import { count } from "@/components/format";
import { Panel } from "@/components/Panel";
import { RouteLink } from "@/components/RouteLink";
import { StateBadge } from "@/components/StateBadge";

const FIRST = 25;

function Entry({ entry }: { readonly entry: DiffEntry }) {
  const name = entry.qualified_name ?? [entry.schema, entry.name].filter(Boolean).join(".");
  const { asset_id: id, changes = [], type } = entry;
  return (
    <Flex align="flex-start" as="li" borderTopWidth={1} fontSize="sm" gap={3} py={2} wrap="wrap">
      <AssetIcon mt={0.5} type={type ?? "TABLE"} />
      <Stack flex="1" gap={0} minW="160px">
        {id ? (
          <RouteLink overflowWrap="anywhere" to={`/assets/${id}`}>
            {name}
          </RouteLink>
        ) : (
          <Text overflowWrap="anywhere">{name}</Text>
        )}
        {changes.map((change) => (
          <Text color="fg.muted" fontSize="sm" key={change} overflowWrap="anywhere">
            {change}
          </Text>
        ))}
      </Stack>
      {id ? (
        <RouteLink to={`/assets/${id}/lineage`}>
          Lineage
        </RouteLink>
      ) : null}
    </Flex>
  );
}

type Props = {
  readonly action?: ReactNode;
  readonly children?: ReactNode;
  readonly entries: readonly DiffEntry[];
  readonly state: string;
  readonly title: string;
};

/** One kind of difference; long lists show their beginning first. */
export function DiffPanel({ action, children, entries, state, title }: Props) {
  const [all, setAll] = useState(false);
  if (entries.length === 0) {
    return null;
  }
  const shown = all ? entries : entries.slice(0, FIRST);
  return (
    <Panel action={action ?? <StateBadge label={count(entries.length)} state={state} />} title={title}>
      {children}
      <Stack as="ul" gap={0} listStyleType="none">
        {shown.map((entry) => (
          <Entry entry={entry} key={`${entry.asset_id ?? ""}${entry.qualified_name ?? entry.name}`} />
        ))}
      </Stack>
      {shown.length < entries.length ? (
        <Button mt={2} onClick={() => setAll(true)} size="xs" variant="outline">
          Show all {count(entries.length)}
        </Button>
      ) : null}
    </Panel>
  );
}
