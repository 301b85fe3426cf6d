import { Box, Skeleton, Table } from "@chakra-ui/react";
import type { ReactNode } from "react";

export type Head = {
  readonly hideBelow?: "lg" | "md" | "sm";
  readonly label: string;
  /** Stands in the place of the label. */
  readonly node?: ReactNode;
  /** Read out, not shown. */
  readonly quiet?: boolean;
  readonly width?: string;
};

type Props = {
  readonly caption: string;
  readonly children: ReactNode;
  readonly heads: readonly Head[];
  readonly loading?: boolean;
  readonly rows?: number;
};

const srOnly = { clip: "rect(0 0 0 0)", height: "1px", overflow: "hidden", position: "absolute", width: "1px" } as const;

/** A table in Airflow's manner: small, striped, its head in view; skeleton rows keep its place while it loads. */
export function TableFrame({ caption, children, heads, loading = false, rows = 6 }: Props) {
  return (
    <Box aria-busy={loading} overflowX="auto">
      <Table.Root aria-label={caption} size="sm" striped>
        <Table.Header>
          <Table.Row bg="bg">
            {heads.map(({ hideBelow, label, node, quiet = false, width }) => (
              <Table.ColumnHeader
                hideBelow={hideBelow}
                key={label}
                paddingBlock={2}
                whiteSpace="nowrap"
                width={width}
              >
                {node ?? (quiet ? <span style={srOnly}>{label}</span> : label)}
              </Table.ColumnHeader>
            ))}
          </Table.Row>
        </Table.Header>
        <Table.Body>
          {loading
            ? Array.from({ length: rows }, (_, row) => (
                <Table.Row key={row}>
                  {heads.map(({ hideBelow, label }) => (
                    <Table.Cell hideBelow={hideBelow} key={label}>
                      <Skeleton height="20px" maxW="160px" my={1} />
                    </Table.Cell>
                  ))}
                </Table.Row>
              ))
            : children}
        </Table.Body>
      </Table.Root>
    </Box>
  );
}
