/** Evidence and changes as text: what a person can read of a JSON value. */

import { words } from "@/components/format";

export function said(value: unknown): string {
  if (value === null || value === undefined || value === "") {
    return "nothing";
  }
  if (typeof value === "boolean") {
    return value ? "yes" : "no";
  }
  if (Array.isArray(value)) {
    return value.length === 0 ? "nothing" : value.map(said).join(", ");
  }
  if (typeof value === "object") {
    const pairs = Object.entries(value).map(([name, each]) => `${words(name)}: ${said(each)}`);
    return pairs.length === 0 ? "nothing" : pairs.join("; ");
  }
  return String(value);
}

/** The value of what has only one; the rest as it is. */
export function only(value: unknown): unknown {
  const values = typeof value === "object" && value !== null && !Array.isArray(value) ? Object.values(value) : [];
  return values.length === 1 ? values[0] : value;
}

type State = Readonly<Record<string, unknown>> | null;

/** Each value that one of two states has, by its name: as it came to be, or as it was and what became of it. */
export function changes(before: State, after: State): readonly (readonly [name: string, change: string])[] {
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  return names.map((name) => {
    const [was, is] = [said(before?.[name]), said(after?.[name])];
    return [words(name), before === null || was === is ? is : `${was} → ${is}`] as const;
  });
}
