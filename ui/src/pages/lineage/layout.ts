/** Places for the nodes, found by elk in a worker so that the page stays free; of many nodes, or many beside one, by layers of our own. */

import ELK from "elkjs/lib/elk-api";
import workerUrl from "elkjs/lib/elk-worker.min.js?url";

import { isWide, layered } from "@/pages/lineage/layers";

export type Size = { readonly height: number; readonly id: string; readonly width: number };

export type Place = { readonly x: number; readonly y: number };

export type Link = { readonly from: string; readonly id: string; readonly to: string };

/** Nodes above which elk takes seconds. */
const ELK_MOST = 80;

const OPTIONS = {
  "elk.algorithm": "layered",
  "elk.direction": "RIGHT",
  "elk.layered.considerModelOrder.strategy": "NODES_AND_EDGES",
  "elk.layered.nodePlacement.strategy": "NETWORK_SIMPLEX",
  "elk.layered.spacing.nodeNodeBetweenLayers": "90",
  "elk.spacing.nodeNode": "24",
};

let engine: InstanceType<typeof ELK> | undefined;

const elk = () => (engine ??= new ELK({ workerFactory: () => new Worker(workerUrl) }));

export async function layout(sizes: readonly Size[], links: readonly Link[]): Promise<ReadonlyMap<string, Place>> {
  if (sizes.length > ELK_MOST || isWide(links)) {
    return layered(sizes, links);
  }
  const placed = await elk().layout({
    children: sizes.map(({ height, id, width }) => ({ height, id, width })),
    edges: links.map(({ from, id, to }) => ({ id, sources: [from], targets: [to] })),
    id: "lineage",
    layoutOptions: OPTIONS,
  });
  return new Map((placed.children ?? []).map(({ id, x = 0, y = 0 }) => [id, { x, y }]));
}
