import { Box, Flex, IconButton, Text } from "@chakra-ui/react";
import { Handle, Position, useStore, type Node, type NodeProps } from "@xyflow/react";
import { memo } from "react";
import { LuPlus, LuTriangleAlert } from "react-icons/lu";

import type { Brief } from "@/api/catalogTypes";
import { AssetIcon } from "@/components/AssetIcon";
import { isRemoved, locationOf, titleOf } from "@/components/asset";
import { count } from "@/components/format";
import { columnKey, type Side } from "@/pages/lineage/graph";
import { STEP } from "@/pages/lineage/part";

export const WIDTH = 232;
export const HEAD = 54;
export const ROW = 24;
/** A node smaller than this part of itself is only a plate with its name: nobody could read more. */
const FAR = 0.4;

export const heightOf = (columns: number): number => HEAD + (columns === 0 ? 0 : columns * ROW + 12);

export type AssetNodeData = {
  /** Known neighbours upstream that are not drawn. */
  readonly above: number;
  readonly affected: boolean;
  readonly asset: Brief;
  /** Known neighbours downstream that are not drawn. */
  readonly below: number;
  readonly columns: readonly string[];
  readonly complete: boolean;
  /** Where the keyboard is: the one node that the tab key reaches. */
  readonly cursor: boolean;
  readonly focused: boolean;
  /** Mapped columns that are not shown. */
  readonly left: number;
  readonly lit: ReadonlySet<string> | undefined;
  readonly onColumn: (asset: string, column: string) => void;
  readonly onExpand: (asset: string) => void;
  readonly onMore: (asset: string, side: Side) => void;
};

export type AssetFlowNode = Node<AssetNodeData, "asset">;

const port = { background: "transparent", border: "none", minWidth: 0, width: 1 } as const;

function ColumnRow({ column, data }: { readonly column: string; readonly data: AssetNodeData }) {
  const { asset, cursor, lit, onColumn } = data;
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
        tabIndex={cursor ? 0 : -1}
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

/** How many more there are on a side; choosing it draws the next of them. */
function More({ data, side }: { readonly data: AssetNodeData; readonly side: Side }) {
  const { above, asset, below, cursor, onMore } = data;
  const left = side === "upstream" ? above : below;
  if (left === 0) {
    return null;
  }
  const what = side === "upstream" ? `that ${asset.name} reads` : `that read ${asset.name}`;
  const label = `Show ${left > STEP ? `${STEP} of ` : ""}${count(left)} more ${what}`;
  return (
    <Box
      _focusVisible={{ outline: "2px solid", outlineColor: "brand.focusRing" }}
      _hover={{ bg: "bg.emphasized" }}
      aria-label={label}
      as="button"
      bg="bg.muted"
      borderColor="border.emphasized"
      borderRadius="full"
      borderWidth={1}
      bottom="-15px"
      className="nodrag"
      color="fg"
      cursor="pointer"
      fontSize="xs"
      fontVariantNumeric="tabular-nums"
      fontWeight="semibold"
      h="22px"
      left={side === "upstream" ? "8px" : undefined}
      onClick={(event) => {
        event.stopPropagation();
        onMore(asset.id, side);
      }}
      position="absolute"
      px={2}
      right={side === "downstream" ? "8px" : undefined}
      tabIndex={cursor ? 0 : -1}
      title={label}
      whiteSpace="nowrap"
    >
      {side === "upstream" ? `‹ ${count(left)} more` : `${count(left)} more ›`}
    </Box>
  );
}

/** A node seen from far: a plate in its state's colour, cheap enough to be drawn by the thousand. */
function Plate({ data }: { readonly data: AssetNodeData }) {
  const { affected, asset, columns, focused, left } = data;
  const state = isRemoved(asset) ? "border-error" : affected ? "border-warning" : focused ? "brand-solid" : "border-emphasized";
  return (
    <div
      style={{
        background: "var(--chakra-colors-bg-panel)",
        border: `${focused ? 6 : 3}px ${isRemoved(asset) ? "dashed" : "solid"} var(--chakra-colors-${state})`,
        borderRadius: 8,
        fontSize: 22,
        fontWeight: 600,
        height: heightOf(columns.length + (left > 0 ? 1 : 0)),
        lineHeight: `${HEAD - 8}px`,
        overflow: "hidden",
        padding: "0 8px",
        textOverflow: "ellipsis",
        whiteSpace: "nowrap",
        width: WIDTH,
      }}
    >
      <Handle isConnectable={false} position={Position.Left} style={port} type="target" />
      {titleOf(asset)}
      {columns.map((column) => (
        <div key={column}>
          <Handle id={column} isConnectable={false} position={Position.Left} style={port} type="target" />
          <Handle id={column} isConnectable={false} position={Position.Right} style={port} type="source" />
        </div>
      ))}
      <Handle isConnectable={false} position={Position.Right} style={port} type="source" />
    </div>
  );
}

function Whole({ data, selected }: { readonly data: AssetNodeData; readonly selected: boolean }) {
  const { asset, columns, complete, cursor, focused, left, onExpand } = data;
  return (
    <Box
      bg="bg.panel"
      borderColor={border(data)}
      borderRadius="md"
      borderStyle={isRemoved(asset) ? "dashed" : "solid"}
      borderWidth={focused ? 2 : 1}
      boxShadow={selected ? "0 0 0 2px var(--chakra-colors-brand-focus-ring)" : "xs"}
      h={`${heightOf(columns.length + (left > 0 ? 1 : 0))}px`}
      position="relative"
      w={`${WIDTH}px`}
    >
      <Flex align="center" gap={2} h={`${HEAD - 2}px`} px={3} position="relative">
        <Handle isConnectable={false} position={Position.Left} style={port} type="target" />
        <AssetIcon type={asset.type} />
        <Box flex="1" minW={0}>
          <Text fontSize="sm" fontWeight="semibold" lineHeight="short" title={asset.qualified_name} truncate>
            {titleOf(asset)}
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
            tabIndex={cursor ? 0 : -1}
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
          {left === 0 ? null : (
            <Text color="fg.muted" fontSize="xs" h={`${ROW}px`} px={3}>
              and {count(left)} more
            </Text>
          )}
        </Box>
      )}
      <More data={data} side="upstream" />
      <More data={data} side="downstream" />
    </Box>
  );
}

/** An asset in the graph; `+` asks for its neighbours, its columns show where they come from and go. */
export const AssetNode = memo(function AssetNode({ data, selected }: NodeProps<AssetFlowNode>) {
  const far = useStore(({ transform }) => transform[2] < FAR);
  return far ? <Plate data={data} /> : <Whole data={data} selected={selected} />;
});
