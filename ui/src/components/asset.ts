/** What an asset is and where, in words. */

import type { Asset } from "@/api/catalogTypes";
import { words } from "@/components/format";

export const kindOf = ({ metadata, type }: Asset): string => words(metadata?.type_detail ?? type);

export const isRemoved = ({ removed_at: at, status }: Asset): boolean =>
  (at !== null && at !== undefined) || status?.toLowerCase() === "removed";

/** The parts of a qualified name; a part that holds a dot or quote stands in double quotes, as in SQL. */
export function nameParts(qualified: string): readonly string[] {
  return [...qualified.matchAll(/"((?:[^"]|"")*)"|[^.]+/gu)].map(([whole, quoted]) =>
    quoted === undefined ? whole : quoted.replaceAll('""', '"'),
  );
}

/** Where the asset lives: its qualified name without its own name. */
export const locationOf = ({ qualified_name: name = "" }: Asset): string => nameParts(name).slice(0, -1).join(" › ");

/** The connection that an asset was crawled over. */
export const connectionOf = ({ connection_id: id, qualified_name: name = "" }: Asset): string | undefined =>
  id ?? (nameParts(name).length === 4 ? nameParts(name)[0] : undefined);
