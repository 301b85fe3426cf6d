import { Badge, Box, Code, Flex, Table, Text } from "@chakra-ui/react";
import { useState } from "react";
import { LuKeyRound, LuLink } from "react-icons/lu";

import type { Asset, Column } from "@/api/catalogTypes";
import { SearchBox } from "@/components/SearchBox";
import { TableFrame, type Head } from "@/components/TableFrame";

const SEARCH_FROM = 8;

const HEADS: readonly Head[] = [
  { hideBelow: "sm", label: "#", width: "48px" },
  { label: "Column" },
  { label: "Type" },
  { hideBelow: "sm", label: "Nullable" },
  { hideBelow: "lg", label: "Default" },
  { hideBelow: "md", label: "Comment" },
];

const commentOf = (column: Column): string => column.description ?? column.comment ?? "";

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

function ColumnRow({ column }: { readonly column: Column }) {
  return (
    <Table.Row>
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
        {commentOf(column) === "" ? null : (
          <Text color="fg.muted" fontSize="xs" hideFrom="md">
            {commentOf(column)}
          </Text>
        )}
      </Table.Cell>
      <Table.Cell fontFamily="mono" fontSize="xs">
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
        {commentOf(column)}
      </Table.Cell>
    </Table.Row>
  );
}

/** An asset's columns in the source's order, found by name, type or comment. */
export function ColumnTable({ asset }: { readonly asset: Asset }) {
  const [wanted, setWanted] = useState("");
  const columns = asset.schema;
  const words = wanted.toLowerCase();
  const shown = columns.filter((column) =>
    [column.name, column.type, commentOf(column)].some((text) => text.toLowerCase().includes(words)),
  );
  if (columns.length === 0) {
    return <Text color="fg.muted">The columns are not known yet. A crawl reads them.</Text>;
  }
  return (
    <Box>
      {columns.length < SEARCH_FROM ? null : (
        <Box maxW="360px" mb={3}>
          <SearchBox label="Filter columns" onChange={setWanted} value={wanted} />
        </Box>
      )}
      <TableFrame caption={`Columns of ${asset.name}`} heads={HEADS}>
        {shown.map((column) => (
          <ColumnRow column={column} key={column.name} />
        ))}
      </TableFrame>
      {shown.length === 0 ? (
        <Text color="fg.muted" fontSize="sm" pt={3}>
          No column has “{wanted}” in its name, type or comment.
        </Text>
      ) : null}
    </Box>
  );
}
