import "@xyflow/react/dist/base.css";

import { Background, Controls, MiniMap, ReactFlow, ReactFlowProvider, useReactFlow, useStore } from "@xyflow/react";
import { useCallback, useEffect, useMemo, useRef, useState, type CSSProperties } from "react";

import { isRemoved } from "@/components/asset";
import { AssetNode, type AssetFlowNode } from "@/pages/lineage/AssetNode";
import { columnsOf, edges, nodes, sizes, steady, type Deeds, type Shown } from "@/pages/lineage/drawing";
import type { Graph } from "@/pages/lineage/graph";
import { layout, type Place } from "@/pages/lineage/layout";
import { useColorMode } from "@/pages/lineage/useColorMode";
import { useGraphKeys } from "@/pages/lineage/useGraphKeys";
import { useView } from "@/pages/lineage/useView";

const NODE_TYPES = { asset: AssetNode };
const NOWHERE: ReadonlyMap<string, Place> = new Map();
/** From so many nodes on, a small map shows where one is, and only what is in view is drawn. */
const MANY = 30;
/** The map takes too much of a canvas narrower than this. */
const NARROW = 560;

const GROUND = { dark: "var(--chakra-colors-brand-950, #0b1020)", light: "var(--chakra-colors-brand-50, #fafafa)" };

const STYLE = {
  "--xy-attribution-background-color": "transparent",
  "--xy-background-pattern-color": "var(--chakra-colors-border)",
  "--xy-controls-button-background-color": "var(--chakra-colors-bg-panel)",
  "--xy-controls-button-background-color-hover": "var(--chakra-colors-bg-muted)",
  "--xy-controls-button-border-color": "var(--chakra-colors-border)",
  "--xy-controls-button-color": "var(--chakra-colors-fg)",
  "--xy-controls-button-color-hover": "var(--chakra-colors-fg)",
  "--xy-minimap-background-color": "var(--chakra-colors-bg-panel)",
  "--xy-minimap-mask-background-color": "color-mix(in srgb, var(--chakra-colors-fg) 6%, transparent)",
  "--xy-minimap-node-background-color": "var(--chakra-colors-border-emphasized)",
};

const MAP = { height: 96, width: 136 };

export type CanvasProps = {
  readonly anchor: string | undefined;
  readonly graph: Graph;
  readonly onAsset: (id: string | undefined) => void;
  readonly onFlow: (id: string) => void;
  readonly onFold: (id: string) => void;
  readonly onGrow: (id: string) => void;
  readonly shown: Shown;
} & Deeds;

type Placed = { readonly graph: Graph; readonly places: ReadonlyMap<string, Place> };

/** The places of a graph's nodes; until those of the next are found, those of the last. */
function usePlaces(graph: Graph, columns: ReturnType<typeof columnsOf>): Placed {
  const [placed, setPlaced] = useState<Placed>({ graph, places: NOWHERE });
  useEffect(() => {
    let current = true;
    void layout(sizes(graph, columns), [...graph.flows.values()]).then((places) => {
      if (current) {
        setPlaced({ graph, places });
      }
    });
    return () => {
      current = false;
    };
  }, [columns, graph]);
  return placed;
}

const miniColor = ({ data: { affected, asset, focused } }: AssetFlowNode): string => {
  const state = isRemoved(asset) ? "border-error" : affected ? "border-warning" : focused ? "brand-solid" : "border-emphasized";
  return `var(--chakra-colors-${state})`;
};

function Drawing({ anchor, graph, onAsset, onColumn, onExpand, onFlow, onFold, onGrow, onMore, shown }: CanvasProps) {
  const { withColumns } = shown;
  const lit = withColumns ? shown.lit : undefined;
  const columns = useMemo(() => columnsOf(graph, { lit, withColumns }), [graph, lit, withColumns]);
  const { graph: ready, places } = usePlaces(graph, columns);
  const colorMode = useColorMode();
  const { getViewport, setCenter } = useReactFlow();
  const width = useStore((state) => state.width);
  const before = useRef<AssetFlowNode[]>([]);
  const drawnNodes = useMemo(() => {
    before.current = steady(before.current, nodes(ready, places, shown, columns, { onColumn, onExpand, onMore }));
    return before.current;
  }, [columns, onColumn, onExpand, onMore, places, ready, shown]);
  const drawnEdges = useMemo(() => edges(ready, shown), [ready, shown]);
  useView(places, anchor, shown.focus);

  const onGo = useCallback(
    (id: string) => {
      const place = places.get(id);
      if (place !== undefined) {
        onAsset(id);
        const { zoom } = getViewport();
        void setCenter(place.x + 116, place.y + 27, { duration: 0, zoom });
        setTimeout(() => document.querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(id)}"]`)?.focus(), 30);
      }
    },
    [getViewport, onAsset, places, setCenter],
  );
  const onKeyDown = useGraphKeys(ready, places, { onAsset, onFold, onGo, onGrow });
  const many = drawnNodes.length > MANY;
  return (
    <ReactFlow
      aria-label="Lineage graph: arrows go from asset to asset, Enter chooses, plus and minus show more or less around one"
      colorMode={colorMode}
      disableKeyboardA11y
      edges={drawnEdges}
      edgesFocusable={false}
      maxZoom={1.5}
      minZoom={0.02}
      nodes={drawnNodes}
      nodesConnectable={false}
      nodesDraggable={false}
      nodeTypes={NODE_TYPES}
      onEdgeClick={(_, { id }) => onFlow(id)}
      onKeyDown={onKeyDown}
      onNodeClick={(_, { id }) => onAsset(id)}
      onPaneClick={() => onAsset(undefined)}
      onlyRenderVisibleElements={many}
      preventScrolling={false}
      proOptions={{ hideAttribution: true }}
      style={{ ...STYLE, "--xy-background-color": GROUND[colorMode] } as CSSProperties}
    >
      <Background gap={20} />
      <Controls fitViewOptions={{ maxZoom: 1, padding: 0.12 }} showInteractive={false} />
      {many && width >= NARROW ? <MiniMap ariaLabel="Map of the graph" nodeColor={miniColor} pannable style={MAP} zoomable /> : null}
    </ReactFlow>
  );
}

/** The drawn graph. */
export function Canvas(props: CanvasProps) {
  return (
    <ReactFlowProvider>
      <Drawing {...props} />
    </ReactFlowProvider>
  );
}
