import { describe, expect, it } from "vitest";

import type { Brief, ColumnMapping, LineageAnswer, LineageEntry } from "@/api/catalogTypes";
import { affected, columnKey, distances, EMPTY, merge, reached, trace } from "@/pages/lineage/graph";

const asset = (id: string, removed = false): Brief => ({
  connection_id: "flights",
  description: null,
  id,
  name: id,
  qualified_name: `flights.flights.public.${id}`,
  removed_at: removed ? "2026-11-21T00:00:00Z" : null,
  tags: [],
  type: "TABLE",
});

const reads = (reader: string, read: string, shown: Brief, mapping: ColumnMapping = {}): LineageEntry => ({
  asset: shown,
  relationship: {
    id: `${reader}-${read}`,
    metadata: { column_mapping: mapping },
    source_asset_id: reader,
    target_asset_id: read,
    type: "DEPENDS_ON",
  },
});

/** flights → delays → report, with `flights` gone from its source. */
const ANSWER: LineageAnswer = {
  asset: asset("delays"),
  downstream: [reads("report", "delays", asset("report"), { worst: ["late"] })],
  upstream: [reads("delays", "flights", asset("flights", true), { late: ["dep_delay", "arr_delay"] })],
};

const GRAPH = merge(EMPTY, ANSWER, 1);

describe("merge", () => {
  it("turns what reads into where data flows", () => {
    expect([...GRAPH.flows.values()].map(({ from, to }) => [from, to])).toEqual([
      ["flights", "delays"],
      ["delays", "report"],
    ]);
  });

  it("knows whose neighbours are all there", () => {
    expect([...GRAPH.complete]).toEqual(["delays"]);
    const more = merge(GRAPH, { asset: asset("report"), downstream: [], upstream: [ANSWER.downstream[0]!] }, 1);
    expect([...more.complete].sort()).toEqual(["delays", "report"]);
    expect(more.flows.size).toBe(2);
  });

  it("does not take an asset for complete whose neighbours were cut", () => {
    const children = Array.from({ length: 10 }, (_, each) => reads(`child${each}`, "hub", asset(`child${each}`)));
    const cut = { asset: asset("hub"), downstream: children, is_partial: true, upstream: [] };
    expect([...merge(EMPTY, cut, 2, 10).complete]).toEqual([]);
    expect([...merge(EMPTY, { ...cut, is_partial: false }, 2, 10).complete]).toContain("hub");
    expect([...merge(EMPTY, cut, 1, 5_000).complete]).toEqual(["hub"]);
  });

  it("leaves out a flow to an asset that was not sent", () => {
    const answer = { asset: asset("a"), downstream: [], upstream: [reads("b", "c", asset("b"))] };
    expect(merge(EMPTY, answer, 1).flows.size).toBe(0);
  });
});

it("counts hops in both directions", () => {
  expect(Object.fromEntries(distances(GRAPH.flows.values(), "flights"))).toEqual({ delays: 1, flights: 0, report: 2 });
});

it("finds all that reads something gone", () => {
  expect([...affected(GRAPH)]).toEqual(["delays", "report"]);
});

it("traces a column up and down, and not across", () => {
  expect([...trace(GRAPH, "flights", "dep_delay")]).toEqual([
    columnKey("flights", "dep_delay"),
    columnKey("delays", "late"),
    columnKey("report", "worst"),
  ]);
  expect(trace(GRAPH, "delays", "late").has(columnKey("flights", "arr_delay"))).toBe(true);
});

it("lists what lies on a side, nearest first", () => {
  expect(reached(GRAPH, "report", "upstream").map(({ id }) => id)).toEqual(["delays", "flights"]);
  expect(reached(GRAPH, "report", "downstream")).toEqual([]);
});
