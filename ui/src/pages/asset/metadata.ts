/** Facts that people add to an asset: what they type becomes a value, and a value what they read. */

import type { AssetMetadata } from "@/api/catalogTypes";

export type Entry = { readonly name: string; readonly value: unknown };

/** What a source tells and what has a place of its own; people write beside it. */
const STRUCTURED = new Set([
  "definition", "dependencies", "foreign_keys", "formats", "indexes", "lifecycle_rules", "partition_keys", "partitions",
  "primary_key", "type_detail", "unique_keys",
]);

export const entries = (metadata: AssetMetadata): readonly Entry[] =>
  Object.entries(metadata)
    .filter(([name, value]) => !STRUCTURED.has(name) && value !== null && value !== undefined)
    .map(([name, value]) => ({ name, value }));

/** A number, a truth value or JSON where it reads as one, else the text itself. */
export function typed(text: string): unknown {
  const trimmed = text.trim();
  if (/^(?:-?\d+(?:\.\d+)?|true|false|[[{].*[\]}])$/su.test(trimmed)) {
    try {
      const value: unknown = JSON.parse(trimmed);
      return typeof value === "number" && String(value) !== trimmed ? trimmed : value;
    } catch {
      return trimmed;
    }
  }
  return trimmed;
}

/** A value as it is typed. */
export const shownAs = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
