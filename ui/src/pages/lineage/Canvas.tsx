import "@xyflow/react/dist/base.css";

import { Background, Controls, ReactFlow, ReactFlowProvider, useReactFlow, useStore } from "@xyflow/react";
import { useEffect, useMemo, useState, type CSSProperties } from "react";

import { AssetNode } from "@/pages/lineage/AssetNode";
import { edges, nodes, sizes, type Shown } from "@/pages/lineage/drawing";
import type { Graph } from "@/pages/lineage/graph";
import { layout, type Place } from "@/pages/lineage/layout";
import { useColorMode } from "@/pages/lineage/useColorMode";

const NODE_TYPES = { asset: AssetNode };
const NOWHERE: ReadonlyMap<string, Place> = new Map();
const FIT = { maxZoom: 1, padding: 0.12 };
/** On a canvas narrower than this, the asset in focus and its neighbours are shown where the whole could not be read. */
const NARROW = 560;
const READABLE = 0.5;

/** The asset in focus and what is next to it. */
function near({ flows }: Graph, focus: string): readonly { readonly id: string }[] {
  const next = [...flows.values()].filter(({ from, to }) => from === focus || to === focus);
  return [...new Set([focus, ...next.flatMap(({ from, to }) => [from, to])])].map((id) => ({ id }));
}

const GROUND = { dark: "var(--chakra-colors-brand-950, #0b1020)", light: "var(--chakra-colors-brand-50, #fafafa)" };

const STYLE = {
  "--xy-attribution-background-color": "transparent",
  "--xy-background-pattern-color": "var(--chakra-colors-border)",
  "--xy-controls-button-background-color": "var(--chakra-colors-bg-panel)",
  "--xy-controls-button-background-color-hover": "var(--chakra-colors-bg-muted)",
  "--xy-controls-button-border-color": "var(--chakra-colors-border)",
  "--xy-controls-button-color": "var(--chakra-colors-fg)",
  "--xy-controls-button-color-hover": "var(--chakra-colors-fg)",
};

type Props = {
  readonly graph: Graph;
  readonly onAsset: (id: string | undefined) => void;
  readonly onColumn: (asset: string, column: string) => void;
  readonly onExpand: (id: string) => void;
  readonly onFlow: (id: string) => void;
  readonly shown: Shown;
};

function usePlaces(graph: Graph, withColumns: boolean): ReadonlyMap<string, Place> {
  const [places, setPlaces] = useState(NOWHERE);
  useEffect(() => {
    let current = true;
    void layout(sizes(graph, withColumns), [...graph.flows.values()]).then((found) => {
      if (current) {
        setPlaces(found);
      }
    });
    return () => {
      current = false;
    };
  }, [graph, withColumns]);
  return places;
}

function Drawing({ graph, onAsset, onColumn, onExpand, onFlow, shown }: Props) {
  const places = usePlaces(graph, shown.withColumns);
  const colorMode = useColorMode();
  const { fitView, getZoom } = useReactFlow();
  const width = useStore(({ width }) => width);
  const drawnNodes = useMemo(
    () => nodes(graph, places, shown, { onColumn, onExpand }),
    [graph, onColumn, onExpand, places, shown],
  );
  const drawnEdges = useMemo(() => edges(graph, shown), [graph, shown]);
  useEffect(() => {
    if (places.size > 0) {
      const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
      requestAnimationFrame(async () => {
        await fitView({ ...FIT, duration: calm ? 0 : 200 });
        if (width < NARROW && getZoom() < READABLE) {
          await fitView({ ...FIT, minZoom: READABLE, nodes: [...near(graph, shown.focus)], padding: 0.02 });
        }
      });
    }
  }, [fitView, getZoom, graph, places, shown.focus, width]);
  return (
    <ReactFlow
      colorMode={colorMode}
      edges={drawnEdges}
      fitView
      fitViewOptions={FIT}
      maxZoom={1.5}
      minZoom={0.1}
      nodes={drawnNodes}
      nodesConnectable={false}
      nodesDraggable={false}
      nodeTypes={NODE_TYPES}
      onEdgeClick={(_, { id }) => onFlow(id)}
      onNodeClick={(_, { id }) => onAsset(id)}
      onPaneClick={() => onAsset(undefined)}
      onSelectionChange={({ edges: chosen }) => {
        const [edge] = chosen;
        if (edge !== undefined && edge.id !== shown.flow) {
          onFlow(edge.id);
        }
      }}
      preventScrolling={false}
      proOptions={{ hideAttribution: true }}
      style={{ ...STYLE, "--xy-background-color": GROUND[colorMode] } as CSSProperties}
    >
      <Background gap={20} />
      <Controls fitViewOptions={FIT} showInteractive={false} />
    </ReactFlow>
  );
}

/** The drawn graph. */
export function Canvas(props: Props) {
  return (
    <ReactFlowProvider>
      <Drawing {...props} />
    </ReactFlowProvider>
  );
}
