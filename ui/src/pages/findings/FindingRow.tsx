import { Box, Flex, IconButton, Table, Text } from "@chakra-ui/react";
import { useEffect, useRef } from "react";
import { LuCheck, LuUndo2, LuX } from "react-icons/lu";

import type { Decision, Finding } from "@/api/governanceTypes";
import { kindName, percent } from "@/components/finding";
import { RouteLink } from "@/components/RouteLink";
import { StateBadge } from "@/components/StateBadge";
import { Tick } from "@/components/Tick";

const BUTTONS: readonly (readonly [Decision, string, typeof LuX])[] = [
  ["confirm", "Confirm", LuCheck],
  ["reject", "Reject", LuX],
  ["reopen", "Open again", LuUndo2],
];

const OFFERED: Record<Finding["status"], readonly Decision[]> = {
  confirmed: ["reopen"],
  proposed: ["confirm", "reject"],
  rejected: ["reopen"],
};

type ButtonsProps = {
  readonly busy: boolean;
  readonly finding: Finding;
  readonly onDecide: (decision: Decision) => void;
};

/** The decisions that a finding's state leaves open. */
export function DecisionButtons({ busy, finding, onDecide }: ButtonsProps) {
  const what = `${kindName(finding.kind)} in ${finding.column}`;
  return (
    <Flex gap={1} justify="flex-end">
      {BUTTONS.filter(([decision]) => OFFERED[finding.status].includes(decision)).map(([decision, label, Icon]) => (
        <IconButton
          aria-label={`${label}: ${what}`}
          disabled={busy}
          key={decision}
          onClick={() => onDecide(decision)}
          size="xs"
          title={label}
          variant="outline"
        >
          <Icon />
        </IconButton>
      ))}
    </Flex>
  );
}

type Props = ButtonsProps & {
  readonly chosen: boolean;
  readonly current: boolean;
  readonly mayReview: boolean;
  readonly onChoose: () => void;
};

export function FindingRow({ busy, chosen, current, finding, mayReview, onChoose, onDecide }: Props) {
  const row = useRef<HTMLTableRowElement>(null);
  useEffect(() => {
    if (current) {
      row.current?.scrollIntoView({ block: "nearest" });
    }
  }, [current]);
  const { assetId, assetName, column, confidence, connectionId, kind, qualifiedName, reason, reviewedBy, status } = finding;
  return (
    <Table.Row
      aria-current={current ? "true" : undefined}
      boxShadow={current ? "inset 3px 0 0 0 var(--chakra-colors-border-inverted)" : undefined}
      ref={row}
    >
      {mayReview ? (
        <Table.Cell>
          <Tick checked={chosen} label={`Choose ${kindName(kind)} in ${assetName}.${column}`} onToggle={onChoose} />
        </Table.Cell>
      ) : null}
      <Table.Cell>
        <Text fontWeight="semibold">{kindName(kind)}</Text>
        <Text color="fg.muted" fontSize="xs" title="How sure the detector is">
          {percent(confidence)}
        </Text>
      </Table.Cell>
      <Table.Cell minW="120px">
        <Text fontFamily="mono" fontSize="sm" overflowWrap="anywhere">
          {column}
        </Text>
        <Text color="fg.muted" fontSize="xs" overflowWrap="anywhere" title={qualifiedName}>
          in <RouteLink to={`/assets/${assetId}`}>{assetName}</RouteLink>
          <Box as="span" hideBelow="sm">
            {" "}
            of {connectionId}
          </Box>
        </Text>
        <Text color="fg.muted" fontSize="xs" hideFrom="md" mt={1} overflowWrap="anywhere">
          {reason}
        </Text>
      </Table.Cell>
      <Table.Cell hideBelow="md" maxW="420px" overflowWrap="anywhere">
        {reason}
      </Table.Cell>
      <Table.Cell hideBelow="sm">
        <StateBadge state={status} title={reviewedBy ? `by ${reviewedBy}` : undefined} />
      </Table.Cell>
      <Table.Cell>
        {mayReview ? (
          <DecisionButtons busy={busy} finding={finding} onDecide={onDecide} />
        ) : (
          <Box hideFrom="sm">
            <StateBadge state={status} />
          </Box>
        )}
      </Table.Cell>
    </Table.Row>
  );
}
