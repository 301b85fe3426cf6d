/** Lineage as a graph in the direction of the data: merged from answers, walked, traced by column. No drawing here. */

import type { Brief, ColumnMapping, LineageAnswer, LineageEntry, Relationship } from "@/api/catalogTypes";
import { isRemoved } from "@/components/asset";

export type ColumnPair = { readonly from: string; readonly to: string };

export type Flow = {
  /** Upstream asset. */
  readonly from: string;
  readonly id: string;
  readonly pairs: readonly ColumnPair[];
  /** Downstream asset. */
  readonly to: string;
  readonly type: string;
};

export type Graph = {
  readonly assets: ReadonlyMap<string, Brief>;
  /** Assets whose own neighbours are all known. */
  readonly complete: ReadonlySet<string>;
  readonly flows: ReadonlyMap<string, Flow>;
  readonly partial: boolean;
};

export const EMPTY: Graph = { assets: new Map(), complete: new Set(), flows: new Map(), partial: false };

/** In these the source reads the target, so that data flows from the target to the source. */
const READS = new Set(["DEPENDS_ON", "USES"]);

/** A mapping names each column of the reader and the columns it is made of. */
function pairsOf(mapping: ColumnMapping | undefined): readonly ColumnPair[] {
  return Object.entries(mapping ?? {}).flatMap(([to, sources]) => sources.map((from) => ({ from, to })));
}

function flowOf({ id, metadata, source_asset_id: source, target_asset_id: target, type }: Relationship): Flow {
  const [from, to] = READS.has(type) ? [target, source] : [source, target];
  return { from, id, pairs: pairsOf(metadata.column_mapping), to, type };
}

/** Hops from an asset to every other that is reached over `flows`, in both directions. */
export function distances(flows: Iterable<Flow>, start: string): ReadonlyMap<string, number> {
  const neighbours = new Map<string, Set<string>>();
  const join = (a: string, b: string) => neighbours.set(a, (neighbours.get(a) ?? new Set()).add(b));
  for (const { from, to } of flows) {
    join(from, to);
    join(to, from);
  }
  const found = new Map([[start, 0]]);
  const queue = [start];
  for (const asset of queue) {
    for (const next of neighbours.get(asset) ?? []) {
      if (!found.has(next)) {
        found.set(next, (found.get(asset) ?? 0) + 1);
        queue.push(next);
      }
    }
  }
  return found;
}

/** How many hops an answer tells of without a gap: one that may have been cut for its size lacks some of its farthest. */
function wholeHops({ downstream, is_partial: partial, upstream }: LineageAnswer, limit: number): number {
  const cut = partial === true && (downstream.length + upstream.length) * 2 >= limit;
  const sides = cut ? [downstream, upstream].filter((entries) => entries.length > 0) : [];
  const farthest = sides.map((entries) => entries.reduce((most, { relationship: { depth = 1 } }) => Math.max(most, depth), 0));
  return farthest.reduce((least, hops) => Math.min(least, hops - 1), Infinity);
}

/** The graph with an answer added that reaches `depth` hops around its asset and was asked for `limit` entries. */
export function merge(graph: Graph, answer: LineageAnswer, depth: number, limit = Infinity): Graph {
  const entries: readonly LineageEntry[] = [...answer.upstream, ...answer.downstream];
  const assets = new Map(graph.assets);
  assets.set(answer.asset.id, { ...assets.get(answer.asset.id), ...answer.asset });
  for (const { asset } of entries) {
    assets.set(asset.id, { ...assets.get(asset.id), ...asset });
  }
  const flows = new Map(graph.flows);
  const added = entries.map(({ relationship }) => flowOf(relationship));
  for (const flow of added) {
    if (assets.has(flow.from) && assets.has(flow.to)) {
      flows.set(flow.id, flow);
    }
  }
  const complete = new Set(graph.complete);
  const whole = Math.min(depth, wholeHops(answer, limit));
  for (const [asset, hops] of distances(added, answer.asset.id)) {
    if (hops < whole) {
      complete.add(asset);
    }
  }
  return { assets, complete, flows, partial: graph.partial || answer.is_partial === true };
}

export type Side = "downstream" | "upstream";

const NO_FLOWS: readonly Flow[] = [];

type Index = Readonly<Record<Side, ReadonlyMap<string, readonly Flow[]>>>;

const indexes = new WeakMap<Graph["flows"], Index>();

function put(flows: Map<string, Flow[]>, asset: string, flow: Flow): void {
  const known = flows.get(asset);
  if (known === undefined) {
    flows.set(asset, [flow]);
  } else {
    known.push(flow);
  }
}

/** The flows of each asset by the side they are on, made once a graph: walks over thousands of assets stay quick. */
function indexOf({ flows }: Graph): Index {
  const known = indexes.get(flows);
  if (known !== undefined) {
    return known;
  }
  const [downstream, upstream] = [new Map<string, Flow[]>(), new Map<string, Flow[]>()];
  for (const flow of flows.values()) {
    put(downstream, flow.from, flow);
    put(upstream, flow.to, flow);
  }
  const made = { downstream, upstream };
  indexes.set(flows, made);
  return made;
}

export const flowsOf = (graph: Graph, asset: string, side: Side): readonly Flow[] =>
  indexOf(graph)[side].get(asset) ?? NO_FLOWS;

/** The assets right beside one, each once. */
export function neighbours(graph: Graph, asset: string, side: Side): readonly string[] {
  const ids = flowsOf(graph, asset, side).map(({ from, to }) => (side === "upstream" ? from : to));
  return [...new Set(ids)].filter((id) => id !== asset);
}

/** The assets that read, over any number of hops, something that is gone. */
export function affected(graph: Graph): ReadonlySet<string> {
  const found = new Set<string>();
  const queue = [...graph.assets.values()].filter(isRemoved).map(({ id }) => id);
  for (const asset of queue) {
    for (const { to } of flowsOf(graph, asset, "downstream")) {
      if (!found.has(to)) {
        found.add(to);
        queue.push(to);
      }
    }
  }
  return found;
}

export const columnKey = (asset: string, column: string): string => `${asset}\n${column}`;

/** Every column that a column is made of, and every column made of it, itself included, as `columnKey`s. */
export function trace(graph: Graph, asset: string, column: string): ReadonlySet<string> {
  const found = new Set([columnKey(asset, column)]);
  for (const [near, far, side] of [["from", "to", "downstream"], ["to", "from", "upstream"]] as const) {
    const queue: (readonly [string, string])[] = [[asset, column]];
    for (const [here, name] of queue) {
      for (const flow of flowsOf(graph, here, side)) {
        for (const pair of flow.pairs.filter((each) => each[near] === name)) {
          const next = columnKey(flow[far], pair[far]);
          if (!found.has(next)) {
            found.add(next);
            queue.push([flow[far], pair[far]]);
          }
        }
      }
    }
  }
  return found;
}

/** The columns of each asset that take part in any mapping, in alphabetical order. */
export function mappedColumns(graph: Graph): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, Set<string>>();
  const add = (asset: string, column: string) => found.set(asset, (found.get(asset) ?? new Set()).add(column));
  for (const { from, pairs, to } of graph.flows.values()) {
    for (const pair of pairs) {
      add(from, pair.from);
      add(to, pair.to);
    }
  }
  return new Map([...found].map(([asset, columns]) => [asset, [...columns].sort()]));
}

/** What lies on one side of an asset, nearest first. */
export function reached(graph: Graph, start: string, side: Side): readonly Brief[] {
  const found = new Set([start]);
  for (const asset of found) {
    for (const next of neighbours(graph, asset, side)) {
      found.add(next);
    }
  }
  found.delete(start);
  return [...found].flatMap((id) => graph.assets.get(id) ?? []);
}
