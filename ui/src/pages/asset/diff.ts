/** The difference of two versions as lines that a person reads. */

import type { Diff, DiffOwner, FieldChange, Moved, SchemaChange } from "@/api/history";
import { words } from "@/components/format";
import { only, said } from "@/components/said";

export type Line = { readonly after?: string; readonly before?: string; readonly breaking?: boolean; readonly what: string };

const KINDS: Readonly<Record<string, string>> = {
  column_added: "came",
  column_removed: "went",
  nullability_changed: "may be null",
  primary_key_changed: "Primary key",
  type_changed: "type",
};

const changed = ({ after, before, field }: FieldChange, of = ""): Line => ({
  after: said(only(after)),
  before: said(only(before)),
  what: of === "" ? words(field) : `${words(field)} of ${of}`,
});

function ofSchema({ after, before, breaking, column, kind }: SchemaChange): Line {
  const name = KINDS[kind] ?? words(kind);
  return { after: said(after), before: said(before), breaking, what: column === null ? name : `Column ${column}: ${name}` };
}

const moved = (what: string, { added, removed }: Moved<string>): readonly Line[] => [
  ...added.map((name) => ({ after: name, what: `${what} came` })),
  ...removed.map((name) => ({ before: name, what: `${what} went` })),
];

const owner = ({ kind, name, role }: DiffOwner) => `${name} (${kind === "user" ? role : `${role}, ${kind}`})`;

/** Those of a column's changes that the schema's own lines do not tell already. */
const TOLD = new Set(["data_type", "nullable", "type"]);

/** What breaks readers first, then the rest of the schema, then what people and the source say. */
export function lines({ columns, fields, owners, products, schema, tags, terms }: Diff): readonly Line[] {
  const told = [...schema].sort((a, b) => Number(b.breaking) - Number(a.breaking)).map(ofSchema);
  const rest = Object.entries(columns.changed).flatMap(([name, changes]) =>
    changes.filter(({ field }) => !TOLD.has(field)).map((change) => changed(change, name)),
  );
  return [
    ...told,
    ...fields.map((change) => changed(change)),
    ...moved("Tag", tags),
    ...moved("Owner", { added: owners.added.map(owner), removed: owners.removed.map(owner) }),
    ...moved("Term", terms),
    ...moved("Data product", products),
    ...rest,
  ];
}
