import { describe, expect, it } from "vitest";

import type { Brief } from "@/api/catalogTypes";
import { EMPTY, type Flow, type Graph } from "@/pages/lineage/graph";
import { isWide, layered } from "@/pages/lineage/layers";
import { drawn, folded, found, hidden, more, opened, revealed, STEP } from "@/pages/lineage/part";

const brief = (id: string): Brief => ({
  connection_id: null,
  description: null,
  id,
  name: id,
  qualified_name: `db.public.${id}`,
  removed_at: null,
  tags: [],
  type: "TABLE",
});

function graphOf(pairs: readonly (readonly [string, string])[]): Graph {
  const flows = pairs.map(([from, to]): readonly [string, Flow] => [`${from}>${to}`, { from, id: `${from}>${to}`, pairs: [], to, type: "PRODUCES" }]);
  const ids = new Set(pairs.flat());
  return { ...EMPTY, assets: new Map([...ids].map((id) => [id, brief(id)])), flows: new Map(flows) };
}

const number = (value: number) => String(value).padStart(4, "0");
const HUB = graphOf([
  ["source", "hub"],
  ...Array.from({ length: 1_997 }, (_, each) => ["hub", `leaf${number(each)}`] as const),
  ["leaf0000", "deep"],
]);

describe("a hub of two thousand", () => {
  it("opens with a few, and says how many more there are", () => {
    const part = opened(HUB, "hub");
    expect(part.size).toBeLessThanOrEqual(30);
    expect(part.has("source")).toBe(true);
    expect(hidden(HUB, part, "hub", "downstream")).toHaveLength(1_997 - 8);
    expect(drawn(HUB, part).flows.size).toBe(part.size - 1);
  });

  it("shows the next fifty by name, and folds them again", () => {
    const part = opened(HUB, "hub");
    const next = more(HUB, part, "hub", "downstream");
    expect(next.size - part.size).toBe(STEP);
    expect(next.has("leaf0057")).toBe(true);
    expect([...folded(HUB, next, "hub", "hub", "downstream")].sort()).toEqual(["hub", "source"]);
  });

  it("brings a known asset into view with the way to it", () => {
    expect(found(HUB, "leaf1990")).toEqual(["leaf1990"]);
    expect(found(HUB, "db.public.leaf19")).toHaveLength(8);
    const far = revealed(HUB, new Set(["source"]), "deep");
    expect([...far].sort()).toEqual(["deep", "hub", "leaf0000", "source"]);
  });

  it("keeps what another way leads to when one is folded", () => {
    const graph = graphOf([["a", "b"], ["a", "c"], ["b", "d"], ["c", "d"]]);
    const all = new Set(["a", "b", "c", "d"]);
    expect([...folded(graph, all, "a", "b", "downstream")].sort()).toEqual(["a", "b", "c"]);
    expect([...folded(graph, all, "a", "d", "upstream")].sort()).toEqual(["a", "b", "c", "d"]);
  });
});

describe("a graph of a dozen", () => {
  it("opens whole, however many of them are beyond one neighbour", () => {
    const graph = graphOf([["departures", "view"], ...["airlines", "airports", "flights", "planes"].map((name) => [name, "departures"] as const)]);
    expect(opened(graph, "view").size).toBe(6);
  });
});

describe("layers", () => {
  const sizes = (graph: Graph) => [...graph.assets.keys()].map((id) => ({ height: 54, id, width: 232 }));

  it("put every reader to the right of what it reads, and no two nodes on one place", () => {
    const graph = graphOf([["a", "b"], ["b", "c"], ["a", "c"], ["d", "c"]]);
    const places = layered(sizes(graph), [...graph.flows.values()]);
    for (const { from, to } of graph.flows.values()) {
      expect(places.get(to)!.x).toBeGreaterThan(places.get(from)!.x);
    }
    expect(new Set([...places.values()].map(({ x, y }) => `${x} ${y}`)).size).toBe(4);
  });

  it("end on a circle too", () => {
    expect(layered(sizes(graphOf([["a", "b"], ["b", "a"]])), [...graphOf([["a", "b"], ["b", "a"]]).flows.values()]).size).toBe(2);
  });

  it("fold a tall one into columns that are no higher than wide", () => {
    const places = [...layered(sizes(HUB), [...HUB.flows.values()]).values()];
    const span = (along: "x" | "y") => Math.max(...places.map((place) => place[along])) - Math.min(...places.map((place) => place[along]));
    expect(span("y")).toBeLessThan(span("x"));
    expect(new Set(places.map(({ x, y }) => `${x} ${y}`)).size).toBe(HUB.assets.size);
  });

  it("are told wide ones by how many are beside one asset", () => {
    expect(isWide([...HUB.flows.values()])).toBe(true);
    expect(isWide([...graphOf([["a", "b"], ["b", "c"], ["a", "c"]]).flows.values()])).toBe(false);
  });

  it("place two thousand nodes within a quarter of a second", () => {
    const taken = Array.from({ length: 5 }, () => {
      const begun = performance.now();
      expect(layered(sizes(HUB), [...HUB.flows.values()]).size).toBe(HUB.assets.size);
      return performance.now() - begun;
    });
    expect(Math.min(...taken)).toBeLessThan(250);
  });
});
