import { Box, Button, Flex, Text } from "@chakra-ui/react";
import { useMemo, useState } from "react";
import { LuTag } from "react-icons/lu";

import type { Asset } from "@/api/catalogTypes";
import { useAssetFindings } from "@/api/findings";
import type { Finding } from "@/api/governanceTypes";
import { useMay } from "@/app/permissions";
import { count } from "@/components/format";
import { SearchBox } from "@/components/SearchBox";
import { TableFrame, type Head } from "@/components/TableFrame";
import { Tick } from "@/components/Tick";
import { useSelection } from "@/components/useSelection";
import { commentOf } from "@/pages/asset/ColumnComment";
import { ColumnRow } from "@/pages/asset/ColumnRow";
import { LabelDialog, type Labelled } from "@/pages/labels/LabelDialog";

const SEARCH_FROM = 8;
const NONE: readonly Finding[] = [];

const HEADS: readonly Head[] = [
  { hideBelow: "sm", label: "#", width: "48px" },
  { label: "Column" },
  { hideBelow: "sm", label: "Type" },
  { hideBelow: "sm", label: "Nullable" },
  { hideBelow: "lg", label: "Default" },
  { hideBelow: "md", label: "Description" },
];

/** The findings of each column by its name. */
function byColumn(findings: readonly Finding[]): ReadonlyMap<string, readonly Finding[]> {
  const found = new Map<string, Finding[]>();
  for (const finding of findings) {
    found.set(finding.column, [...(found.get(finding.column) ?? []), finding]);
  }
  return found;
}

/** An asset's columns in the source's order, found by name, type or comment, labelled by many at once. */
export function ColumnTable({ asset }: { readonly asset: Asset }) {
  const [wanted, setWanted] = useState("");
  const [targets, setTargets] = useState<readonly Labelled[]>();
  const may = useMay();
  const selection = useSelection();
  const { data } = useAssetFindings(asset.id, may("readFindings"));
  const findings = useMemo(() => byColumn(data?.data ?? NONE), [data]);
  const columns = asset.schema;
  if (columns.length === 0) {
    const why = asset.type === "DATASET" ? "No column could be read from these files." : "The columns are not known yet. A crawl reads them.";
    return <Text color="fg.muted">{why}</Text>;
  }
  const words = wanted.toLowerCase();
  const shown = columns.filter((column) =>
    [column.name, column.type, commentOf(column)].some((text) => text.toLowerCase().includes(words)),
  );
  const ids = shown.map(({ id }) => id);
  const chosen = columns.filter(({ id }) => selection.has(id));
  const all: Head = {
    label: "Choose",
    node: (
      <Tick
        checked={selection.state(ids)}
        disabled={ids.length === 0}
        label="Choose all columns"
        onToggle={() => selection.toggleAll(ids)}
      />
    ),
    width: "40px",
  };
  const open = () =>
    setTargets(chosen.map(({ classification, id, name, tags }) => ({ classification, id, name, tags, type: "column" })));
  return (
    <Box>
      <Flex align="center" columnGap={3} mb={columns.length < SEARCH_FROM && chosen.length === 0 ? 0 : 3} wrap="wrap">
        {columns.length < SEARCH_FROM ? null : (
          <Box flex="1 1 200px" maxW="360px">
            <SearchBox label="Filter columns" onChange={setWanted} value={wanted} />
          </Box>
        )}
        {chosen.length === 0 ? null : (
          <Button onClick={open} size="xs" variant="outline">
            <LuTag /> Tag and classify {count(chosen.length)} …
          </Button>
        )}
      </Flex>
      <TableFrame caption={`Columns of ${asset.name}`} heads={may("label") ? [all, ...HEADS] : HEADS}>
        {shown.map((column) => (
          <ColumnRow
            asset={asset}
            chosen={selection.has(column.id)}
            column={column}
            findings={findings.get(column.name) ?? NONE}
            key={column.name}
            onChoose={may("label") ? selection.toggle : undefined}
          />
        ))}
      </TableFrame>
      {shown.length === 0 ? (
        <Text color="fg.muted" fontSize="sm" pt={3}>
          No column has “{wanted}” in its name, type or comment.
        </Text>
      ) : null}
      {targets === undefined ? null : (
        <LabelDialog onClose={() => setTargets(undefined)} onDone={selection.clear} targets={targets} />
      )}
    </Box>
  );
}
