/** What an asset is and where, in words. */

import type { Brief } from "@/api/catalogTypes";

export const isRemoved = ({ removed_at: at }: Brief): boolean => at !== null;

/** The parts of a qualified name; a part that holds a dot or quote stands in double quotes, as in SQL. */
export function nameParts(qualified: string): readonly string[] {
  return [...qualified.matchAll(/"((?:[^"]|"")*)"|[^.]+/gu)].map(([whole, quoted]) =>
    quoted === undefined ? whole : quoted.replaceAll('""', '"'),
  );
}

/** The name of a bucket among its datasets. */
const BUCKET = "/";

/** What people call an asset: a bucket by its own name. */
export const titleOf = ({ name, qualified_name: qualified, type }: Pick<Brief, "name" | "qualified_name" | "type">): string =>
  type === "DATASET" && name === BUCKET ? (nameParts(qualified).at(-2) ?? name) : name;

/** Where the asset lives: its qualified name without its own name. */
export const locationOf = ({ qualified_name: name }: Pick<Brief, "qualified_name">): string => nameParts(name).slice(0, -1).join(" › ");
