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
