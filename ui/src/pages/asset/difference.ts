/** What another wrote on an asset between two readings of it, in words. */

import type { Asset, Column, Owner } from "@/api/catalogTypes";
import { words } from "@/components/format";
import { said } from "@/components/said";

export type Difference = { readonly after: string; readonly before: string; readonly what: string };

type Fact = readonly [what: string, value: unknown];

const owned = (owners: readonly Owner[] = []): readonly string[] => owners.map(({ name, role }) => `${name} (${role})`).sort();

const ofColumn = ({ classification, description, name, tags = [] }: Column): readonly Fact[] => [
  [`Description of ${name}`, description],
  [`Tags of ${name}`, [...tags].sort()],
  [`Classification of ${name}`, classification],
];

function facts({ classification, description, domain, metadata, owners, schema, tags, terms = [] }: Asset): ReadonlyMap<string, unknown> {
  return new Map<string, unknown>([
    ["Description", description],
    ["Tags", [...tags].sort()],
    ["Classification", classification],
    ["Owners", owned(owners)],
    ["Domain", domain],
    ["Terms", [...terms].sort()],
    ...Object.entries(metadata).map(([name, value]): Fact => [words(name), value]),
    ...schema.flatMap(ofColumn),
  ]);
}

/** All that differs, in the order in which the page shows it. */
export function differences(before: Asset, after: Asset): readonly Difference[] {
  const [was, is] = [facts(before), facts(after)];
  const names = new Set([...is.keys(), ...was.keys()]);
  return [...names]
    .map((what) => ({ after: said(is.get(what)), before: said(was.get(what)), what }))
    .filter(({ after: now, before: then }) => now !== then);
}
