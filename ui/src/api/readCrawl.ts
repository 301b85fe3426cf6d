/** A crawl's summary and diff as the server sends them, in the words of the pages. */

import type { Crawl, DiffEntry } from "@/api/catalogTypes";

type Wire = Record<string, unknown>;

const isWire = (value: unknown): value is Wire => typeof value === "object" && value !== null && !Array.isArray(value);

const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

const pick = (item: Wire, ...names: readonly string[]): string | undefined =>
  names.map((name) => text(item[name])).find((value) => value !== undefined);

function changes(item: Wire): readonly string[] {
  const found = item["changes"];
  if (!Array.isArray(found)) {
    return [];
  }
  return found.map((change) => (isWire(change) ? Object.values(change).map(String).join(" ") : String(change)));
}

function readEntry(item: unknown): DiffEntry {
  if (!isWire(item)) {
    return { changes: [], name: String(item) };
  }
  const qualified = pick(item, "qualifiedName", "qualified_name");
  const schema = pick(item, "schema");
  const type = pick(item, "type", "kind");
  return {
    asset_id: pick(item, "assetId", "asset_id", "id") ?? null,
    changes: changes(item),
    name: pick(item, "name") ?? qualified ?? "",
    ...(qualified === undefined ? {} : { qualified_name: qualified }),
    ...(schema === undefined ? {} : { schema }),
    ...(type === undefined ? {} : { type }),
  };
}

const entries = (value: unknown): readonly DiffEntry[] => (Array.isArray(value) ? value.map(readEntry) : []);

export function readCrawl(answer: unknown): Crawl {
  const outer = isWire(answer) ? answer : {};
  const body = isWire(outer["summary"]) ? { ...outer, ...outer["summary"] } : outer;
  const diff = isWire(body["diff"]) ? { ...body, ...body["diff"] } : body;
  const counts = Object.entries(diff).filter((entry): entry is [string, number] => typeof entry[1] === "number");
  return {
    added: entries(diff["added"]),
    changed: entries(diff["changed"]),
    counts: Object.fromEntries(counts),
    held: entries(diff["held"]),
    removed: entries(diff["removed"]),
  };
}
