import { expect, it } from "vitest";

import { EMPTY, type Flow, type Graph } from "@/pages/lineage/graph";
import { stepped } from "@/pages/lineage/useGraphKeys";

const flow = (from: string, to: string): readonly [string, Flow] => [`${from}>${to}`, { from, id: `${from}>${to}`, pairs: [], to, type: "PRODUCES" }];
const GRAPH: Graph = { ...EMPTY, flows: new Map([flow("a", "c"), flow("b", "c"), flow("c", "d")]) };
const PLACES = new Map([
  ["a", { x: 0, y: 0 }],
  ["b", { x: 0, y: 100 }],
  ["c", { x: 300, y: 80 }],
  ["d", { x: 600, y: 80 }],
]);

it.each([
  ["c", "ArrowLeft", "b"],
  ["c", "ArrowRight", "d"],
  ["a", "ArrowDown", "b"],
  ["b", "ArrowUp", "a"],
  ["a", "ArrowLeft", undefined],
  ["d", "ArrowDown", undefined],
])("leads from %s by %s to %s", (from, key, to) => {
  expect(stepped(GRAPH, PLACES, from, key)).toBe(to);
});

/** Six readers of one asset in two columns of one layer. */
const FOLDED = new Map(
  [["hub", 0, 0], ["r1", 322, 0], ["r2", 322, 78], ["r3", 322, 156], ["r4", 586, 0], ["r5", 586, 78], ["r6", 586, 156]].map(
    ([id, x, y]) => [id as string, { x: x as number, y: y as number }] as const,
  ),
);
const HUB: Graph = { ...EMPTY, flows: new Map(["r1", "r2", "r3", "r4", "r5", "r6"].map((id) => flow("hub", id))) };

it.each([
  ["r3", "ArrowDown", "r4"],
  ["r4", "ArrowUp", "r3"],
  ["r2", "ArrowRight", "r5"],
  ["r5", "ArrowLeft", "hub"],
  ["r6", "ArrowDown", undefined],
  ["hub", "ArrowDown", undefined],
])("leads through a folded layer from %s by %s to %s", (from, key, to) => {
  expect(stepped(HUB, FOLDED, from, key)).toBe(to);
});
