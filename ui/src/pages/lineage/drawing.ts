/** From the graph and what is chosen in it to what React Flow draws. */

import { MarkerType, type Edge } from "@xyflow/react";

import { isRemoved } from "@/components/asset";
import { heightOf, WIDTH, type AssetFlowNode, type AssetNodeData } from "@/pages/lineage/AssetNode";
import { affected, columnKey, mappedColumns, type Flow, type Graph } from "@/pages/lineage/graph";
import type { Place, Size } from "@/pages/lineage/layout";

export type Shown = {
  readonly flow: string | undefined;
  readonly focus: string;
  readonly lit: ReadonlySet<string> | undefined;
  readonly withColumns: boolean;
};

type Deeds = Pick<AssetNodeData, "onColumn" | "onExpand">;

const NO_COLUMNS: ReadonlyMap<string, readonly string[]> = new Map();

const columnsShown = (graph: Graph, withColumns: boolean) => (withColumns ? mappedColumns(graph) : NO_COLUMNS);

export function sizes(graph: Graph, withColumns: boolean): readonly Size[] {
  const columns = columnsShown(graph, withColumns);
  return [...graph.assets.keys()].map((id) => ({ height: heightOf(columns.get(id)?.length ?? 0), id, width: WIDTH }));
}

export function nodes(
  graph: Graph,
  places: ReadonlyMap<string, Place>,
  shown: Shown,
  deeds: Deeds,
): AssetFlowNode[] {
  const columns = columnsShown(graph, shown.withColumns);
  const hit = affected(graph);
  return [...graph.assets.values()]
    .filter(({ id }) => places.has(id))
    .map((asset) => ({
      ariaLabel: `${asset.name}${isRemoved(asset) ? ", removed" : ""}${hit.has(asset.id) ? ", affected" : ""}`,
      data: {
        ...deeds,
        affected: hit.has(asset.id),
        asset,
        columns: columns.get(asset.id) ?? [],
        complete: graph.complete.has(asset.id),
        focused: asset.id === shown.focus,
        lit: shown.lit,
      },
      height: heightOf(columns.get(asset.id)?.length ?? 0),
      id: asset.id,
      position: places.get(asset.id) ?? { x: 0, y: 0 },
      type: "asset" as const,
      width: WIDTH,
    }));
}

const COLORS = {
  broken: "var(--chakra-colors-border-error)",
  lit: "var(--chakra-colors-blue-solid)",
  quiet: "var(--chakra-colors-border-emphasized)",
};

function assetEdge(flow: Flow, broken: boolean, chosen: boolean, faint: boolean): Edge {
  const color = chosen ? COLORS.lit : broken ? COLORS.broken : COLORS.quiet;
  return {
    id: flow.id,
    markerEnd: { color, height: 16, type: MarkerType.ArrowClosed, width: 16 },
    selected: chosen,
    source: flow.from,
    style: {
      opacity: faint ? 0.25 : 1,
      stroke: color,
      strokeWidth: chosen ? 2.5 : 1.5,
      ...(broken ? { strokeDasharray: "6 4" } : {}),
    },
    target: flow.to,
  };
}

/** The lit columns' own edges, drawn from column to column. */
function columnEdges(flow: Flow, lit: ReadonlySet<string>): Edge[] {
  return flow.pairs
    .filter(({ from, to }) => lit.has(columnKey(flow.from, from)) && lit.has(columnKey(flow.to, to)))
    .map(({ from, to }) => ({
      focusable: false,
      id: `${flow.id} ${from} ${to}`,
      selectable: false,
      source: flow.from,
      sourceHandle: from,
      style: { stroke: COLORS.lit, strokeWidth: 2 },
      target: flow.to,
      targetHandle: to,
      zIndex: 1,
    }));
}

export function edges(graph: Graph, { flow: chosen, lit, withColumns }: Shown): Edge[] {
  const gone = new Set([...graph.assets.values()].filter(isRemoved).map(({ id }) => id));
  const drawn = withColumns && lit !== undefined;
  return [...graph.flows.values()].flatMap((flow) => [
    assetEdge(flow, gone.has(flow.from) || gone.has(flow.to), flow.id === chosen, drawn),
    ...(drawn ? columnEdges(flow, lit) : []),
  ]);
}
