import { Badge, Box, Code, Flex, Table, Text } from "@chakra-ui/react";
import { memo } from "react";
import { LuKeyRound, LuLink } from "react-icons/lu";

import type { Asset, Column } from "@/api/catalogTypes";
import type { Finding } from "@/api/governanceTypes";
import { Labels } from "@/components/Labels";
import { ReachedTags } from "@/components/ReachedTags";
import { Tick } from "@/components/Tick";
import { ColumnComment } from "@/pages/asset/ColumnComment";
import { ColumnFindings } from "@/pages/asset/ColumnFindings";

const filled = (column: Column): string => {
  if (column.identity) {
    return `identity, ${column.identity.toLowerCase()}`;
  }
  return column.generated ? `generated: ${column.generated}` : (column.default ?? "");
};

function Roles({ column }: { readonly column: Column }) {
  return (
    <>
      {column.primary_key ? (
        <Badge colorPalette="brand" size="xs" title="Part of the primary key" variant="subtle">
          <LuKeyRound aria-hidden /> PK
        </Badge>
      ) : null}
      {column.unique ? (
        <Badge size="xs" title="Part of a unique key" variant="subtle">
          <LuKeyRound aria-hidden /> UQ
        </Badge>
      ) : null}
      {column.references.length === 0 ? null : (
        <Badge size="xs" title={`Refers to ${column.references.join(", ")}`} variant="subtle">
          <LuLink aria-hidden /> FK
        </Badge>
      )}
    </>
  );
}

type Props = {
  readonly asset: Asset;
  readonly chosen: boolean;
  readonly column: Column;
  readonly findings: readonly Finding[];
  /** Given to those who may label what they choose. */
  readonly onChoose?: ((id: string) => void) | undefined;
};

/** One column; a table of hundreds draws anew only those that changed. */
export const ColumnRow = memo(function ColumnRow({ asset, chosen, column, findings, onChoose }: Props) {
  const { classification, propagated_tags: reached = [], tags = [] } = column;
  const marked = Boolean(classification) || tags.length > 0 || reached.length > 0 || findings.length > 0;
  return (
    <Table.Row>
      {onChoose === undefined ? null : (
        <Table.Cell>
          <Tick checked={chosen} label={`Choose the column ${column.name}`} onToggle={() => onChoose(column.id)} />
        </Table.Cell>
      )}
      <Table.Cell color="fg.muted" fontVariantNumeric="tabular-nums" hideBelow="sm">
        {column.position}
      </Table.Cell>
      <Table.Cell>
        <Flex align="center" columnGap={2} rowGap={1} wrap="wrap">
          <Text fontFamily="mono" fontWeight="medium" overflowWrap="anywhere">
            {column.name}
          </Text>
          <Roles column={column} />
        </Flex>
        <Text color="fg.muted" fontFamily="mono" fontSize="xs" hideFrom="sm" overflowWrap="anywhere">
          {column.type}
        </Text>
        {marked ? (
          <Flex columnGap={2} mt={1} rowGap={1} wrap="wrap">
            <Labels classification={classification} linked tags={tags} />
            <ReachedTags tags={reached} />
            <ColumnFindings findings={findings} />
          </Flex>
        ) : null}
        <Box fontSize="xs" hideFrom="md" mt={1}>
          <ColumnComment asset={asset} column={column} />
        </Box>
      </Table.Cell>
      <Table.Cell fontFamily="mono" fontSize="xs" hideBelow="sm">
        {column.type}
      </Table.Cell>
      <Table.Cell hideBelow="sm">{column.nullable ? <Text color="fg.muted">yes</Text> : "no"}</Table.Cell>
      <Table.Cell hideBelow="lg" maxW="260px">
        {filled(column) === "" ? null : (
          <Code overflowWrap="anywhere" size="sm" whiteSpace="normal">
            {filled(column)}
          </Code>
        )}
      </Table.Cell>
      <Table.Cell hideBelow="md" overflowWrap="anywhere">
        <ColumnComment asset={asset} column={column} />
      </Table.Cell>
    </Table.Row>
  );
});
