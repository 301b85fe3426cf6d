/** Which part of the known graph is drawn: little at first, more where one asks, never all of thousands at once. */

import { distances, flowsOf, neighbours, type Flow, type Graph, type Side } from "@/pages/lineage/graph";

export type Part = ReadonlySet<string>;

/** Neighbours that one step more brings into view. */
export const STEP = 50;
/** Drawn at first: neighbours of the asset in focus a side, of each other asset a side, and in all. */
const FIRST = 8;
const FIRST_BEYOND = 2;
const FIRST_MOST = 30;
/** A graph of no more assets is drawn whole. */
const FEW = 12;

const SIDES = ["upstream", "downstream"] as const;

/** By name, so that the same graph always opens in the same way. */
function named(graph: Graph, ids: readonly string[]): readonly string[] {
  const name = (id: string) => graph.assets.get(id)?.name ?? id;
  return [...ids].sort((a, b) => name(a).localeCompare(name(b)) || a.localeCompare(b));
}

/** An asset's neighbours on a side that are known and not drawn. */
export const hidden = (graph: Graph, part: Part, asset: string, side: Side): readonly string[] =>
  neighbours(graph, asset, side).filter((id) => !part.has(id));

/** What is drawn when a graph is opened: all of a small one, else the asset in focus and the nearest around it. */
export function opened(graph: Graph, focus: string): Part {
  if (graph.assets.size <= FEW) {
    return new Set(graph.assets.keys());
  }
  const part = new Set([focus]);
  for (const side of SIDES) {
    const queue = [focus];
    for (const asset of queue) {
      const room = Math.min(asset === focus ? FIRST : FIRST_BEYOND, FIRST_MOST - part.size);
      for (const id of named(graph, hidden(graph, part, asset, side)).slice(0, Math.max(0, room))) {
        part.add(id);
        queue.push(id);
      }
    }
  }
  return part;
}

/** With the next `step` neighbours of an asset on a side. */
export const more = (graph: Graph, part: Part, asset: string, side: Side, step = STEP): Part =>
  new Set([...part, ...named(graph, hidden(graph, part, asset, side)).slice(0, step)]);

/** The graph of what is drawn. */
export function drawn(graph: Graph, part: Part): Graph {
  const assets = new Map([...graph.assets].filter(([id]) => part.has(id)));
  const flows = new Map<string, Flow>();
  for (const id of assets.keys()) {
    for (const flow of flowsOf(graph, id, "downstream")) {
      if (assets.has(flow.to)) {
        flows.set(flow.id, flow);
      }
    }
  }
  return { ...graph, assets, flows };
}

/** Without an asset's neighbours on a side, and what hangs on them alone; the asset in focus always stays. */
export function folded(graph: Graph, part: Part, focus: string, asset: string, side: Side): Part {
  const hops = distances(drawn(graph, part).flows.values(), focus);
  const far = (id: string) => id !== focus && (asset === focus || (hops.get(id) ?? 0) > (hops.get(asset) ?? 0));
  const gone = new Set(neighbours(graph, asset, side).filter((id) => part.has(id) && far(id)));
  const left = new Set([...part].filter((id) => !gone.has(id)));
  return new Set(distances(drawn(graph, left).flows.values(), focus).keys());
}

/** With an asset and the shortest way to it from what is drawn. */
export function revealed(graph: Graph, part: Part, asset: string): Part {
  const before = new Map<string, string | undefined>([[asset, undefined]]);
  for (const here of before.keys()) {
    if (part.has(here)) {
      return new Set([...part, ...wayTo(before, here)]);
    }
    for (const next of SIDES.flatMap((side) => neighbours(graph, here, side))) {
      if (!before.has(next)) {
        before.set(next, here);
      }
    }
  }
  return new Set([...part, asset]);
}

function wayTo(before: ReadonlyMap<string, string | undefined>, end: string): readonly string[] {
  const way: string[] = [];
  for (let here: string | undefined = end; here !== undefined; here = before.get(here)) {
    way.push(here);
  }
  return way;
}

const FOUND_MOST = 8;

/** The known assets whose name or place has the words, those whose name begins with them first. */
export function found(graph: Graph, words: string): readonly string[] {
  const wanted = words.trim().toLowerCase();
  if (wanted === "") {
    return [];
  }
  const hits = [...graph.assets.values()].filter(({ qualified_name: name }) => name.toLowerCase().includes(wanted));
  const rank = (name: string): number => {
    const at = name.toLowerCase().indexOf(wanted);
    return at === 0 ? (name.length === wanted.length ? 0 : 1) : at > 0 ? 2 : 3;
  };
  return hits
    .sort((a, b) => rank(a.name) - rank(b.name) || a.name.localeCompare(b.name))
    .slice(0, FOUND_MOST)
    .map(({ id }) => id);
}
