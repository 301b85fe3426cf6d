/** What is known of files and buckets, beside their columns. */

import type { AssetMetadata } from "@/api/catalogTypes";
import { count, words } from "@/components/format";
import { said } from "@/components/said";

/** What has a place of its own on the page, or is said by another fact. */
const PLACED = new Set([
  "archived", "compression", "database", "definition", "dependencies", "empty", "encrypted_at_rest", "encryption", "files",
  "foreign_keys", "format", "formats", "indexes", "last_modified", "layout", "lifecycle", "lifecycle_rules", "owner",
  "partition_key", "partition_keys", "partitions", "path", "primary_key", "problem", "problem_file", "public_access",
  "retention", "row_count", "schema", "size_bytes", "type_detail", "unique_keys", "versioned", "versioning",
]);

export const isBucket = (metadata: AssetMetadata): boolean => metadata.type_detail === "bucket";

/** The other facts, in the order the source told them. */
export const otherFacts = (metadata: AssetMetadata): readonly (readonly [name: string, value: string])[] =>
  Object.entries(metadata)
    .filter(([name, value]) => !PLACED.has(name) && value !== null && value !== undefined)
    .map(([name, value]) => [words(name), said(value)] as const);

/** `Parquet, gzip`. */
export function formatOf({ compression, format }: AssetMetadata): string | undefined {
  const known: Record<string, string> = { csv: "CSV", json: "JSON", orc: "ORC" };
  const name = format === undefined ? undefined : (known[format] ?? words(format));
  return [name, compression].filter(Boolean).join(", ") || undefined;
}

/** `12, from 2024/01 to 2024/12`. */
export function partitionsOf({ partitions }: AssetMetadata): string | undefined {
  if (partitions === undefined || !("count" in partitions)) {
    return undefined;
  }
  const { at_least: least, count: number, first, last } = partitions;
  const from = first && last && first !== last ? `, from ${first} to ${last}` : first ? `: ${first}` : "";
  return `${least === true ? "at least " : ""}${count(number)}${from}`;
}

/** `12`, and how many of them hold nothing or would have to be brought back first. */
export function filesOf({ archived = 0, empty = 0, files }: AssetMetadata): string | undefined {
  if (files === undefined) {
    return undefined;
  }
  const more = [empty > 0 ? `${count(empty)} empty` : "", archived > 0 ? `${count(archived)} archived` : ""];
  return [count(files), ...more.filter(Boolean)].join(", ");
}

export type Judged = { readonly state: "failed" | "passed" | "unknown" | "warning"; readonly text: string };

const judged = (value: unknown, whenTrue: Judged, whenFalse: Judged): Judged | undefined => {
  if (value === undefined || value === null) {
    return undefined;
  }
  return value === true ? whenTrue : value === false ? whenFalse : { state: "unknown", text: "Not known" };
};

/** How a bucket is protected, each fact with a judgement that a reader sees at a glance. */
export function protection(metadata: AssetMetadata): readonly (readonly [name: string, judged: Judged])[] {
  const { encrypted_at_rest: encrypted, encryption, lifecycle, public_access: open, versioned } = metadata;
  const facts = [
    ["Public access", judged(open, { state: "failed", text: "Open to everybody" }, { state: "passed", text: "None" })],
    [
      "Encryption",
      judged(encrypted, { state: "passed", text: encryption ?? "At rest" }, { state: "failed", text: "None at rest" }),
    ],
    ["Versioning", judged(versioned, { state: "passed", text: "On" }, { state: "warning", text: "Off" })],
    ["Lifecycle", judged(lifecycle, { state: "passed", text: "Rules are set" }, { state: "warning", text: "No rule" })],
  ] as const;
  return facts.flatMap(([name, fact]) => (fact === undefined ? [] : [[name, fact] as const]));
}
