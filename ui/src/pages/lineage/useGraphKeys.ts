import { useCallback, type KeyboardEvent } from "react";

import type { Graph, Side } from "@/pages/lineage/graph";
import { neighbours } from "@/pages/lineage/graph";
import { CLOSE } from "@/pages/lineage/layers";
import type { Place } from "@/pages/lineage/layout";

const ASIDE: Readonly<Record<string, Side>> = { ArrowLeft: "upstream", ArrowRight: "downstream" };

/** Above or below every node. */
const FAR = 1e9;

type Places = ReadonlyMap<string, Place>;

const nearest = (ids: readonly string[], places: Places, y: number): string | undefined =>
  [...ids].sort((a, b) => Math.abs((places.get(a)?.y ?? 0) - y) - Math.abs((places.get(b)?.y ?? 0) - y))[0];

/** The nodes of the next column of the same layer, to the right or to the left. */
function beside(places: Places, here: Place, right: boolean): readonly string[] {
  const near = [...places].filter(([, { x }]) => (right ? x > here.x : x < here.x) && Math.abs(x - here.x) < CLOSE);
  return near.map(([id]) => id);
}

/**
 * The node that an arrow key leads to: along the data to the left and right, else to the next of the same column.
 *
 * Where there is none, it is one of the next column of the same layer, which down enters at its top and up at its end.
 */
export function stepped(graph: Graph, places: Places, from: string, key: string): string | undefined {
  const here = places.get(from);
  if (here === undefined) {
    return undefined;
  }
  const side = ASIDE[key];
  if (side !== undefined) {
    const along = neighbours(graph, from, side).filter((id) => places.has(id));
    return nearest(along.length > 0 ? along : beside(places, here, side === "downstream"), places, here.y);
  }
  const down = key === "ArrowDown";
  const column = [...places].filter(([id, { x, y }]) => id !== from && Math.abs(x - here.x) < 1 && (down ? y > here.y : y < here.y));
  if (column.length === 0) {
    return nearest(beside(places, here, down), places, down ? -FAR : FAR);
  }
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
export function useGraphKeys(graph: Graph, places: Places, deeds: Deeds): (event: KeyboardEvent) => void {
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
