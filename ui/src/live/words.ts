/** What an event says, as a person would. */

import { words } from "@/components/format";
import type { LiveEvent } from "@/live/Link";

const DONE: Readonly<Record<string, string>> = {
  CREATE: "was made",
  DELETE: "was deleted",
  SCHEMA_CHANGE: "has another schema now",
  UPDATE: "was changed",
};

const MOST = 4;

/** `flights was changed: description, tags`. */
export function told({ data, event }: LiveEvent, fallback: string): string {
  const name = typeof data["name"] === "string" ? data["name"] : fallback;
  const changed = Array.isArray(data["changed"]) ? data["changed"].filter((each) => typeof each === "string") : [];
  const what = changed.slice(0, MOST).map((each) => words(each).toLowerCase());
  const more = changed.length > MOST ? ` and ${changed.length - MOST} more` : "";
  return `${name} ${DONE[event] ?? "was changed"}${what.length === 0 ? "" : `: ${what.join(", ")}${more}`}`;
}

/** What people write on an asset, which changes no lineage. */
const WRITTEN = new Set(["classification", "columns", "description", "domain", "metadata", "owners", "tags", "terms"]);

/** Whether lineage may be another after an event. */
export function changesLineage({ data, event }: LiveEvent): boolean {
  const changed: readonly unknown[] = Array.isArray(data["changed"]) ? data["changed"] : [];
  return event !== "UPDATE" || changed.length === 0 || !changed.every((each) => typeof each === "string" && WRITTEN.has(each));
}
