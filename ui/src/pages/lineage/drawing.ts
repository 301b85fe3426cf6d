/** From the graph and what is chosen in it to what React Flow draws. */

import { MarkerType, type Edge } from "@xyflow/react";

import { isRemoved } from "@/components/asset";
import { heightOf, WIDTH, type AssetFlowNode, type AssetNodeData } from "@/pages/lineage/AssetNode";
import { affected, columnKey, mappedColumns, type Flow, type Graph } from "@/pages/lineage/graph";
import type { Place, Size } from "@/pages/lineage/layout";
import { hidden } from "@/pages/lineage/part";
import { portsOf } from "@/pages/lineage/ports";

export type Shown = {
  readonly asset: string | undefined;
  readonly flow: string | undefined;
  readonly focus: string;
  /** All that is known; what is drawn is a part of it. */
  readonly known: Graph;
  readonly lit: ReadonlySet<string> | undefined;
  readonly withColumns: boolean;
};

export type Deeds = Pick<AssetNodeData, "onColumn" | "onExpand" | "onMore">;

/** Columns that a node shows of many; those that are lit come first. */
const MOST_COLUMNS = 12;
const NO_COLUMNS: readonly string[] = [];

export type Columns = { readonly left: number; readonly names: readonly string[] };

type ColumnsOf = (asset: string) => Columns;

/** The mapped columns of each drawn asset, or none. */
export function columnsOf(graph: Graph, { lit, withColumns }: Pick<Shown, "lit" | "withColumns">): ColumnsOf {
  const mapped = withColumns ? mappedColumns(graph) : new Map<string, readonly string[]>();
  return (asset) => {
    const all = mapped.get(asset) ?? NO_COLUMNS;
    const first = all.filter((name) => lit?.has(columnKey(asset, name)) === true);
    const rest = all.filter((name) => !first.includes(name)).slice(0, Math.max(0, MOST_COLUMNS - first.length));
    const names = all.filter((name) => first.includes(name) || rest.includes(name));
    return { left: all.length - names.length, names };
  };
}

const height = ({ left, names }: Columns): number => heightOf(names.length + (left > 0 ? 1 : 0));

export function sizes(graph: Graph, columns: ColumnsOf): readonly Size[] {
  return [...graph.assets.keys()].map((id) => ({ height: height(columns(id)), id, width: WIDTH }));
}

export function nodes(
  graph: Graph,
  places: ReadonlyMap<string, Place>,
  shown: Shown,
  columns: ColumnsOf,
  deeds: Deeds,
): AssetFlowNode[] {
  const hit = affected(shown.known);
  const part = new Set(graph.assets.keys());
  const cursor = shown.asset !== undefined && part.has(shown.asset) ? shown.asset : shown.focus;
  return [...graph.assets.values()]
    .filter(({ id }) => places.has(id))
    .map((asset) => {
      const { left, names } = columns(asset.id);
      const size = { height: height({ left, names }), width: WIDTH };
      return {
        ariaLabel: `${asset.name}${isRemoved(asset) ? ", removed" : ""}${hit.has(asset.id) ? ", affected" : ""}`,
        data: {
          ...deeds,
          above: hidden(shown.known, part, asset.id, "upstream").length,
          affected: hit.has(asset.id),
          asset,
          below: hidden(shown.known, part, asset.id, "downstream").length,
          columns: names,
          complete: graph.complete.has(asset.id),
          cursor: asset.id === cursor,
          focused: asset.id === shown.focus,
          left,
          lit: names.length === 0 ? undefined : shown.lit,
        },
        domAttributes: { tabIndex: asset.id === cursor ? 0 : -1 },
        ...size,
        handles: portsOf(names),
        id: asset.id,
        measured: size,
        position: places.get(asset.id) ?? { x: 0, y: 0 },
        selected: asset.id === shown.asset,
        type: "asset" as const,
      };
    });
}

const alike = (a: object, b: object): boolean =>
  Object.entries(a).every(([name, value]) => {
    const other: unknown = (b as Record<string, unknown>)[name];
    return value === other || (Array.isArray(value) && Array.isArray(other) && value.join("\n") === other.join("\n"));
  });

/** The same nodes, those that did not change as they were, so that only the others are drawn anew. */
export function steady(before: readonly AssetFlowNode[], after: readonly AssetFlowNode[]): AssetFlowNode[] {
  const known = new Map(before.map((node) => [node.id, node]));
  return after.map((node) => {
    const old = known.get(node.id);
    const same =
      old !== undefined &&
      old.selected === node.selected &&
      old.height === node.height &&
      alike(old.position, node.position) &&
      alike(old.data, node.data);
    return same ? old : node;
  });
}

const COLORS = {
  broken: "var(--chakra-colors-border-error)",
  lit: "var(--chakra-colors-blue-solid)",
  quiet: "var(--chakra-colors-border-emphasized)",
};

/** From so many on, links lie so close that nobody hits one, and the canvas could not be moved between them. */
const CLICKABLE = 60;

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

const untouched = (edge: Edge): Edge => ({ ...edge, interactionWidth: 0, selectable: false, style: { ...edge.style, pointerEvents: "none" } });

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
  const all = [...graph.flows.values()].flatMap((flow) => [
    assetEdge(flow, gone.has(flow.from) || gone.has(flow.to), flow.id === chosen, drawn),
    ...(drawn ? columnEdges(flow, lit) : []),
  ]);
  return graph.flows.size < CLICKABLE ? all : all.map(untouched);
}
