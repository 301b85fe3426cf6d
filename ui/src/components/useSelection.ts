import { useCallback, useMemo, useState } from "react";

export type Selection = {
  readonly clear: () => void;
  readonly has: (id: string) => boolean;
  readonly ids: readonly string[];
  /** Of what is shown: all, some or none. */
  readonly state: (shown: readonly string[]) => boolean | "indeterminate";
  readonly toggle: (id: string) => void;
  readonly toggleAll: (shown: readonly string[]) => void;
};

/** With or without one. */
export function toggled(chosen: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(chosen);
  if (!next.delete(id)) {
    next.add(id);
  }
  return next;
}

/** All of what is shown; none of it when all were chosen already. */
export function allToggled(chosen: ReadonlySet<string>, shown: readonly string[]): ReadonlySet<string> {
  const next = new Set(chosen);
  const every = shown.every((id) => chosen.has(id));
  for (const id of shown) {
    if (every) {
      next.delete(id);
    } else {
      next.add(id);
    }
  }
  return next;
}

/** What a check box above the rows shows. */
export function stateOf(chosen: ReadonlySet<string>, shown: readonly string[]): boolean | "indeterminate" {
  const hits = shown.filter((id) => chosen.has(id)).length;
  return hits === 0 ? false : hits === shown.length ? true : "indeterminate";
}

/** Rows chosen by their ids. */
export function useSelection(): Selection {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const clear = useCallback(() => setChosen(new Set()), []);
  const toggle = useCallback((id: string) => setChosen((before) => toggled(before, id)), []);
  return useMemo(
    () => ({
      clear,
      has: (id) => chosen.has(id),
      ids: [...chosen],
      state: (shown) => stateOf(chosen, shown),
      toggle,
      toggleAll: (shown) => setChosen((before) => allToggled(before, shown)),
    }),
    [chosen, clear, toggle],
  );
}
