import { useReactFlow, useStore } from "@xyflow/react";
import { useEffect, useRef } from "react";

import { WIDTH } from "@/pages/lineage/AssetNode";
import type { Place } from "@/pages/lineage/layout";

const FIT = { maxZoom: 1, padding: 0.12 };
/** A whole that is smaller than this is not read; the asset in focus and what fits around it are shown instead. */
const READABLE = 0.7;
/** So few assets are better seen whole, even if they are small. */
const FEW = 12;
const SMALL = 0.45;

const CALM = "(prefers-reduced-motion: reduce)";

/**
 * What part of the canvas is in view: at first the whole, or what is nearest where the whole is too small to read.
 *
 * Later the asset at which something was unfolded stays where it is, so that nobody loses the place.
 */
export function useView(places: ReadonlyMap<string, Place>, anchor: string | undefined, focus: string): void {
  const { fitView, getViewport, getZoom, setCenter, setViewport } = useReactFlow();
  const width = useStore((state) => state.width);
  const before = useRef<ReadonlyMap<string, Place>>(new Map());
  useEffect(() => {
    if (places.size === 0 || width === 0 || places === before.current) {
      return;
    }
    const [was, is] = [before.current.get(anchor ?? focus), places.get(anchor ?? focus)];
    const first = before.current.size === 0;
    before.current = places;
    if (!first && was !== undefined && is !== undefined) {
      const { x, y, zoom } = getViewport();
      void setViewport({ x: x + (was.x - is.x) * zoom, y: y + (was.y - is.y) * zoom, zoom });
      return;
    }
    const toAsset = async (id: string, duration: number) => {
      const { x, y } = places.get(id) ?? { x: 0, y: 0 };
      await setCenter(x + WIDTH / 2, y, { duration, zoom: Math.max(READABLE, getZoom()) });
    };
    requestAnimationFrame(async () => {
      const duration = matchMedia(CALM).matches ? 0 : 200;
      if (!first && is !== undefined) {
        await toAsset(anchor ?? focus, duration);
        return;
      }
      await fitView(FIT);
      if (getZoom() < (places.size <= FEW ? SMALL : READABLE)) {
        await toAsset(focus, 0);
      }
    });
  }, [anchor, fitView, focus, getViewport, getZoom, places, setCenter, setViewport, width]);
}
