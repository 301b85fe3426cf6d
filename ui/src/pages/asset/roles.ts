/** Which columns are part of which keys. */

import type { Asset } from "@/api/catalogTypes";

export type ColumnRole = { readonly kind: "foreign" | "primary" | "unique"; readonly label: string; readonly title: string };

export function columnRoles({ metadata = {} }: Asset): ReadonlyMap<string, readonly ColumnRole[]> {
  const roles = new Map<string, ColumnRole[]>();
  const add = (columns: readonly string[], role: ColumnRole) => {
    for (const column of columns) {
      roles.set(column, [...(roles.get(column) ?? []), role]);
    }
  };
  if (metadata.primary_key) {
    add(metadata.primary_key.columns, { kind: "primary", label: "PK", title: `Primary key ${metadata.primary_key.name}` });
  }
  for (const key of metadata.unique_keys ?? []) {
    add(key.columns, { kind: "unique", label: "UQ", title: `Unique key ${key.name}` });
  }
  for (const key of metadata.foreign_keys ?? []) {
    const target = [key.target_schema, key.target_name].filter(Boolean).join(".");
    const columns = (key.target_columns ?? []).join(", ");
    add(key.columns, { kind: "foreign", label: "FK", title: `Foreign key ${key.name} to ${target} (${columns})` });
  }
  return roles;
}
