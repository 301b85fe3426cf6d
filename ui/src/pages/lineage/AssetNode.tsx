import { Box, Flex, IconButton, Text } from "@chakra-ui/react";
import { Handle, Position, type Node, type NodeProps } from "@xyflow/react";
import { LuPlus, LuTriangleAlert } from "react-icons/lu";

import type { Brief } from "@/api/catalogTypes";
import { AssetIcon } from "@/components/AssetIcon";
import { isRemoved, locationOf } from "@/components/asset";
import { columnKey } from "@/pages/lineage/graph";

export const WIDTH = 232;
const HEAD = 54;
const ROW = 24;

export const heightOf = (columns: number): number => HEAD + (columns === 0 ? 0 : columns * ROW + 12);

export type AssetNodeData = {
  readonly affected: boolean;
  readonly asset: Brief;
  readonly columns: readonly string[];
  readonly complete: boolean;
  readonly focused: boolean;
  readonly lit: ReadonlySet<string> | undefined;
  readonly onColumn: (asset: string, column: string) => void;
  readonly onExpand: (asset: string) => void;
};

export type AssetFlowNode = Node<AssetNodeData, "asset">;

const port = { background: "transparent", border: "none", minWidth: 0, width: 1 } as const;

function ColumnRow({ column, data }: { readonly column: string; readonly data: AssetNodeData }) {
  const { asset, lit, onColumn } = data;
  const on = lit?.has(columnKey(asset.id, column)) ?? false;
  return (
    <Box position="relative">
      <Handle id={column} isConnectable={false} position={Position.Left} style={port} type="target" />
      <Box
        _focusVisible={{ outline: "2px solid", outlineColor: "brand.focusRing", outlineOffset: "-2px" }}
        _hover={{ bg: on ? undefined : "bg.muted" }}
        aria-pressed={on}
        as="button"
        bg={on ? "blue.subtle" : undefined}
        className="nodrag"
        color={lit !== undefined && !on ? "fg.subtle" : "fg"}
        cursor="pointer"
        fontFamily="mono"
        fontSize="xs"
        fontWeight={on ? "semibold" : undefined}
        h={`${ROW}px`}
        onClick={(event) => {
          event.stopPropagation();
          onColumn(asset.id, column);
        }}
        px={3}
        textAlign="start"
        truncate
        w="full"
      >
        {column}
      </Box>
      <Handle id={column} isConnectable={false} position={Position.Right} style={port} type="source" />
    </Box>
  );
}

function border({ affected, asset, focused }: AssetNodeData): string {
  if (isRemoved(asset)) {
    return "border.error";
  }
  if (affected) {
    return "border.warning";
  }
  return focused ? "brand.solid" : "border.emphasized";
}

function Mark({ data }: { readonly data: AssetNodeData }) {
  if (isRemoved(data.asset)) {
    return (
      <Text color="red.fg" fontSize="xs" fontWeight="semibold">
        removed
      </Text>
    );
  }
  return data.affected ? (
    <Flex align="center" color="orange.fg" fontSize="xs" gap={1} title="It reads something that is gone">
      <LuTriangleAlert aria-hidden /> affected
    </Flex>
  ) : null;
}

/** An asset in the graph; `+` asks for its neighbours, its columns show where they come from and go. */
export function AssetNode({ data, selected }: NodeProps<AssetFlowNode>) {
  const { asset, columns, complete, focused, onExpand } = data;
  return (
    <Box
      bg="bg.panel"
      borderColor={border(data)}
      borderRadius="md"
      borderStyle={isRemoved(asset) ? "dashed" : "solid"}
      borderWidth={focused ? 2 : 1}
      boxShadow={selected ? "0 0 0 2px var(--chakra-colors-brand-focus-ring)" : "xs"}
      h={`${heightOf(columns.length)}px`}
      w={`${WIDTH}px`}
    >
      <Flex align="center" gap={2} h={`${HEAD - 2}px`} px={3} position="relative">
        <Handle isConnectable={false} position={Position.Left} style={port} type="target" />
        <AssetIcon type={asset.type} />
        <Box flex="1" minW={0}>
          <Text fontSize="sm" fontWeight="semibold" lineHeight="short" title={asset.qualified_name} truncate>
            {asset.name}
          </Text>
          <Flex gap={2}>
            <Text color="fg.muted" fontSize="xs" truncate>
              {locationOf(asset).split(" › ").at(-1)}
            </Text>
            <Mark data={data} />
          </Flex>
        </Box>
        {complete ? null : (
          <IconButton
            aria-label={`Show what ${asset.name} reads and what reads it`}
            className="nodrag"
            onClick={(event) => {
              event.stopPropagation();
              onExpand(asset.id);
            }}
            size="2xs"
            title="Show its neighbours"
            variant="outline"
          >
            <LuPlus />
          </IconButton>
        )}
        <Handle isConnectable={false} position={Position.Right} style={port} type="source" />
      </Flex>
      {columns.length === 0 ? null : (
        <Box borderTopWidth={1} py={1}>
          {columns.map((column) => (
            <ColumnRow column={column} data={data} key={column} />
          ))}
        </Box>
      )}
    </Box>
  );
}
