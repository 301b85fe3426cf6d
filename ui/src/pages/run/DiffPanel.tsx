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
  const { changes = [], id, qualifiedName, revived = false, type } = entry;
  return (
    <Flex align="flex-start" as="li" borderTopWidth={1} fontSize="sm" gap={3} py={2} wrap="wrap">
      <AssetIcon mt={0.5} type={type} />
      <Stack flex="1" gap={0} minW="160px">
        <RouteLink overflowWrap="anywhere" to={`/assets/${id}`}>
          {qualifiedName}
        </RouteLink>
        {[...(revived ? ["came back"] : []), ...changes].map((change) => (
          <Text color="fg.muted" key={change} overflowWrap="anywhere">
            {change}
          </Text>
        ))}
      </Stack>
      <RouteLink to={`/assets/${id}/lineage`}>Lineage</RouteLink>
    </Flex>
  );
}

type Props = {
  readonly action?: ReactNode;
  readonly children?: ReactNode;
  readonly entries: readonly DiffEntry[];
  readonly state: string;
  readonly title: string;
  readonly total: number;
};

/** One kind of difference; long lists show their beginning first. */
export function DiffPanel({ action, children, entries, state, title, total }: Props) {
  const [all, setAll] = useState(false);
  if (entries.length === 0) {
    return null;
  }
  const shown = all ? entries : entries.slice(0, FIRST);
  return (
    <Panel action={action ?? <StateBadge label={count(total)} state={state} />} title={title}>
      {children}
      <Stack as="ul" gap={0} listStyleType="none">
        {shown.map((entry) => (
          <Entry entry={entry} key={entry.id} />
        ))}
      </Stack>
      {shown.length < entries.length ? (
        <Button mt={2} onClick={() => setAll(true)} size="xs" variant="outline">
          Show {count(entries.length - shown.length)} more
        </Button>
      ) : null}
      {all && entries.length < total ? (
        <Text color="fg.muted" fontSize="sm" mt={2}>
          The first {count(entries.length)} of {count(total)}; the catalog shows all.
        </Text>
      ) : null}
    </Panel>
  );
}
