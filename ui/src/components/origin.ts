import type { PropagatedTag } from "@/api/catalogTypes";

/** What people put a tag on, as it is written; null where the reader may not see it. */
export const originOf = ({ from_column: column, from_name: name }: PropagatedTag): string | null =>
  name !== null && column ? `${name}.${column}` : name;
