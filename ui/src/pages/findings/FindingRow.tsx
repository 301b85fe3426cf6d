import { Box, Table, Text } from "@chakra-ui/react";
import { useEffect, useRef } from "react";

import { findingName, percent } from "@/components/finding";
import { RouteLink } from "@/components/RouteLink";
import { StateBadge } from "@/components/StateBadge";
import { Tick } from "@/components/Tick";
import { DecisionButtons, type ButtonsProps } from "@/pages/findings/DecisionButtons";

type Props = ButtonsProps & {
  readonly chosen: boolean;
  readonly current: boolean;
  readonly mayReview: boolean;
  readonly onChoose: () => void;
};

export function FindingRow({ chosen, current, finding, mayReview, onChoose, onDecide }: Props) {
  const row = useRef<HTMLTableRowElement>(null);
  useEffect(() => {
    if (current) {
      row.current?.scrollIntoView({ block: "nearest" });
    }
  }, [current]);
  const { assetId, assetName, column, confidence, connectionId, qualifiedName, reason, reviewedBy, status } = finding;
  return (
    <Table.Row
      aria-current={current ? "true" : undefined}
      outline={current ? "2px solid" : undefined}
      outlineColor="brand.solid"
      outlineOffset="-2px"
      ref={row}
    >
      {mayReview ? (
        <Table.Cell>
          <Tick checked={chosen} label={`Choose ${findingName(finding)} in ${assetName}.${column}`} onToggle={onChoose} />
        </Table.Cell>
      ) : null}
      <Table.Cell hideBelow="sm">
        <Text fontWeight="semibold">{findingName(finding)}</Text>
        <Text color="fg.muted" fontSize="xs" title="How sure the detector is">
          {percent(confidence)}
        </Text>
      </Table.Cell>
      <Table.Cell minW="120px">
        <Text fontWeight="semibold" hideFrom="sm">
          {findingName(finding)} · {percent(confidence)}
        </Text>
        <Text fontFamily="mono" fontSize="sm" overflowWrap="anywhere">
          {column}
        </Text>
        <Text color="fg.muted" fontSize="xs" overflowWrap="anywhere" title={qualifiedName}>
          in <RouteLink to={`/assets/${assetId}`}>{assetName}</RouteLink>
          <Box as="span" hideBelow="sm">
            {connectionId === null ? "" : ` of ${connectionId}`}
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
          <DecisionButtons finding={finding} onDecide={onDecide} />
        ) : (
          <Box hideFrom="sm">
            <StateBadge state={status} />
          </Box>
        )}
      </Table.Cell>
    </Table.Row>
  );
}
