import { useCallback, type KeyboardEvent } from "react";

import type { Graph, Side } from "@/pages/lineage/graph";
import { neighbours } from "@/pages/lineage/graph";
import type { Place } from "@/pages/lineage/layout";

const ASIDE: Readonly<Record<string, Side>> = { ArrowLeft: "upstream", ArrowRight: "downstream" };

const nearest = (ids: readonly string[], places: ReadonlyMap<string, Place>, y: number): string | undefined =>
  [...ids].sort((a, b) => Math.abs((places.get(a)?.y ?? 0) - y) - Math.abs((places.get(b)?.y ?? 0) - y))[0];

/** The node that an arrow key leads to: along the data to the left and right, else to the next of the same column. */
export function stepped(graph: Graph, places: ReadonlyMap<string, Place>, from: string, key: string): string | undefined {
  const here = places.get(from);
  if (here === undefined) {
    return undefined;
  }
  const side = ASIDE[key];
  if (side !== undefined) {
    return nearest(neighbours(graph, from, side).filter((id) => places.has(id)), places, here.y);
  }
  const down = key === "ArrowDown";
  const column = [...places].filter(([id, { x, y }]) => id !== from && Math.abs(x - here.x) < 1 && (down ? y > here.y : y < here.y));
  return nearest(column.map(([id]) => id), places, here.y);
}

type Deeds = {
  readonly onAsset: (id: string | undefined) => void;
  readonly onFold: (id: string) => void;
  readonly onGo: (id: string) => void;
  readonly onGrow: (id: string) => void;
};

const nodeOf = ({ target }: KeyboardEvent): string | undefined =>
  target instanceof HTMLElement && target.classList.contains("react-flow__node") ? target.dataset["id"] : undefined;

/** Arrows go from node to node, Enter chooses, plus and minus draw more or less around one, Escape lets go. */
export function useGraphKeys(graph: Graph, places: ReadonlyMap<string, Place>, deeds: Deeds): (event: KeyboardEvent) => void {
  const { onAsset, onFold, onGo, onGrow } = deeds;
  return useCallback(
    (event) => {
      const id = nodeOf(event);
      if (id === undefined || event.ctrlKey || event.metaKey || event.altKey) {
        return;
      }
      const next = event.key.startsWith("Arrow") ? stepped(graph, places, id, event.key) : undefined;
      const acts: Readonly<Record<string, () => void>> = {
        "+": () => onGrow(id),
        "-": () => onFold(id),
        " ": () => onAsset(id),
        "=": () => onGrow(id),
        Enter: () => onAsset(id),
        Escape: () => onAsset(undefined),
      };
      const act = next === undefined ? acts[event.key] : () => onGo(next);
      if (act !== undefined || event.key.startsWith("Arrow")) {
        event.preventDefault();
        event.stopPropagation();
        act?.();
      }
    },
    [graph, onAsset, onFold, onGo, onGrow, places],
  );
}
