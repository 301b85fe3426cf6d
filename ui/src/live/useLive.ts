import { useEffect, useRef, useSyncExternalStore } from "react";

import { restBase } from "@/app/place";
import { Link, type Channel, type LiveEvent } from "@/live/Link";

function made(): Link {
  const address = new URL(`${restBase}/metastore/v1/ws`, location.href);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  const link = new Link(() => new WebSocket(address));
  document.addEventListener("visibilitychange", () => link.show(document.visibilityState === "visible"));
  window.addEventListener("pagehide", () => link.show(false));
  return link;
}

let shared: Link | undefined;

const theLink = (): Link => (shared ??= made());

/** Calls back for each event of these assets or tasks, as long as the page is seen. */
export function useLive(channel: Channel, ids: readonly string[], onEvent: (event: LiveEvent) => void): void {
  const latest = useRef(onEvent);
  latest.current = onEvent;
  const key = ids.join(" ");
  useEffect(() => {
    const stops = key.split(" ").filter(Boolean).map((id) => theLink().follow(channel, id, (event) => latest.current(event)));
    return () => stops.forEach((stop) => stop());
  }, [channel, key]);
}

/** Whether events come by themselves; else pages ask now and then. */
export const useLinked = (): boolean =>
  useSyncExternalStore(
    (onChange) => theLink().watch(onChange),
    () => theLink().open,
  );
