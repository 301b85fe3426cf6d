import type { Asset } from "@/api/catalogTypes";

/** The pipelines that a DAG's runs told of: the DAG itself, then its tasks by name. */
export function ofDag(found: readonly Asset[], dagId: string): readonly Asset[] {
  return found
    .filter(({ name }) => name === dagId || name.startsWith(`${dagId}.`))
    .sort((a, b) => a.name.localeCompare(b.name));
}
