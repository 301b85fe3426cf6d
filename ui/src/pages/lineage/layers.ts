/** Places for many nodes at once, in layers: coarser than elk, but thousands of nodes take milliseconds. */

import type { Link, Place, Size } from "@/pages/lineage/layout";

const GAP_X = 90;
const GAP_Y = 24;
const SWEEPS = 6;
/** Between the columns of one layer: less than between layers. */
const GAP_IN = 32;
/** A layer of more nodes is folded into columns side by side: one of hundreds would be a line that nobody reads. */
export const TALL = 24;
/** How much wider than high a folded layer is, as windows are. */
const ASPECT = 1.6;

/** Two columns of one layer are nearer to each other than this; two layers are not. */
export const CLOSE = 300;

type Ends = ReadonlyMap<string, readonly string[]>;

function endsOf(links: readonly Link[], near: "from" | "to", far: "from" | "to"): Ends {
  const ends = new Map<string, string[]>();
  for (const link of links) {
    const known = ends.get(link[near]);
    if (known === undefined) {
      ends.set(link[near], [link[far]]);
    } else {
      known.push(link[far]);
    }
  }
  return ends;
}

/** The layer of each node: one behind the last of what it is made of; a link that closes a circle counts for nothing. */
function layersOf(ids: readonly string[], above: Ends): ReadonlyMap<string, number> {
  const layer = new Map<string, number>();
  const open = new Set<string>();
  for (const start of ids) {
    const stack = [start];
    while (stack.length > 0) {
      const id = stack.at(-1) ?? start;
      open.add(id);
      const next = layer.has(id) ? undefined : (above.get(id) ?? []).find((each) => !layer.has(each) && !open.has(each));
      if (next !== undefined) {
        stack.push(next);
        continue;
      }
      const before = (above.get(id) ?? []).map((each) => layer.get(each) ?? -1);
      layer.set(id, layer.get(id) ?? before.reduce((most, each) => Math.max(most, each), -1) + 1);
      open.delete(id);
      stack.pop();
    }
  }
  return layer;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, each) => all + each, 0);

const middle = (numbers: readonly number[]): number => sum(numbers) / numbers.length;

/** Order each layer by where its neighbours stand, back and forth, so that fewer links cross. */
function order(rows: string[][], above: Ends, below: Ends): void {
  const rank = new Map(rows.flatMap((row) => row.map((id, at) => [id, at] as const)));
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    const [ends, walk] = sweep % 2 === 0 ? [above, rows] : [below, [...rows].reverse()];
    for (const row of walk) {
      const wish = new Map(
        row.map((id) => {
          const at = (ends.get(id) ?? []).flatMap((end) => rank.get(end) ?? []);
          return [id, at.length === 0 ? (rank.get(id) ?? 0) : middle(at)];
        }),
      );
      row.sort((a, b) => (wish.get(a) ?? 0) - (wish.get(b) ?? 0));
      row.forEach((id, at) => rank.set(id, at));
    }
  }
}

/** A layer as columns: one, or as many as give a tall one the shape of a window. */
function folded(row: readonly string[], size: (id: string) => Size): readonly (readonly string[])[] {
  if (row.length <= TALL) {
    return [row];
  }
  const width = Math.max(...row.map((id) => size(id).width)) + GAP_IN;
  const height = sum(row.map((id) => size(id).height + GAP_Y)) / row.length;
  const columns = Math.max(1, Math.round(Math.sqrt((row.length * height * ASPECT) / width)));
  const each = Math.ceil(row.length / columns);
  return Array.from({ length: Math.ceil(row.length / each) }, (_, at) => row.slice(at * each, (at + 1) * each));
}

/** Each layer as one or more columns of nodes, centred on one line. */
function placed(rows: readonly string[][], sizes: ReadonlyMap<string, Size>): ReadonlyMap<string, Place> {
  const places = new Map<string, Place>();
  const size = (id: string): Size => sizes.get(id) ?? { height: 0, id, width: 0 };
  let x = 0;
  for (const row of rows) {
    for (const column of folded(row, size)) {
      let y = (GAP_Y - sum(column.map((id) => size(id).height + GAP_Y))) / 2;
      for (const id of column) {
        places.set(id, { x, y });
        y += size(id).height + GAP_Y;
      }
      x += Math.max(...column.map((id) => size(id).width)) + GAP_IN;
    }
    x += GAP_X - GAP_IN;
  }
  return places;
}

/** Whether so many assets are beside one of them that its layer is folded. */
export const isWide = (links: readonly Link[]): boolean =>
  [endsOf(links, "to", "from"), endsOf(links, "from", "to")].some((ends) => [...ends.values()].some(({ length }) => length > TALL));

export function layered(sizes: readonly Size[], links: readonly Link[]): ReadonlyMap<string, Place> {
  const [above, below] = [endsOf(links, "to", "from"), endsOf(links, "from", "to")];
  const rows: string[][] = [];
  for (const [id, layer] of layersOf(sizes.map(({ id }) => id), above)) {
    (rows[layer] ??= []).push(id);
  }
  const filled = rows.filter((row) => row !== undefined);
  order(filled, above, below);
  return placed(filled, new Map(sizes.map((size) => [size.id, size])));
}
