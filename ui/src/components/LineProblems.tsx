import { Code, Table } from "@chakra-ui/react";

import type { LineProblem } from "@/api/transfer";
import { count } from "@/components/format";
import { TableFrame } from "@/components/TableFrame";

type Props = {
  readonly caption: string;
  readonly loading?: boolean;
  /** What a line is called: a line of a file, a row of a sheet. */
  readonly noun: string;
  readonly problems: readonly LineProblem[];
};

/** What was not taken of a file: where, which field, and why. */
export function LineProblems({ caption, loading = false, noun, problems }: Props) {
  return (
    <TableFrame caption={caption} heads={[{ label: noun, width: "72px" }, { label: "Field" }, { label: "Why" }]} loading={loading} rows={3}>
      {problems.map(({ field, line, message }, index) => (
        <Table.Row key={index}>
          <Table.Cell fontVariantNumeric="tabular-nums" verticalAlign="top">
            {count(line)}
          </Table.Cell>
          <Table.Cell overflowWrap="anywhere" verticalAlign="top">
            {field === "" ? "–" : <Code size="sm">{field}</Code>}
          </Table.Cell>
          <Table.Cell overflowWrap="anywhere" whiteSpace="normal">
            {message}
          </Table.Cell>
        </Table.Row>
      ))}
    </TableFrame>
  );
}
