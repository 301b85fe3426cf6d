/**
 * Steps through the pages are steps of Airflow's window.
 *
 * A frame's own history is lost when the window around it is loaded again, so each push in the frame becomes one in
 * Airflow's window, and replaces in the frame. Going back then moves Airflow's window, which we follow.
 */

import { host, openInAirflow } from "@/app/frame";
import { airflowBase, embedded, hostPage, routerBase } from "@/app/place";

type Go = (path: string) => void;

/** The part of an address that our router knows, if it is one of ours. */
function ours(path: string): string | undefined {
  return path.startsWith(`${routerBase}/`) ? path.slice(routerBase.length) : undefined;
}

function shownByHost(): string | undefined {
  const { hash = "", pathname = "", search = "" } = host?.location ?? {};
  return pathname.startsWith(hostPage) ? ours(pathname.slice(hostPage.length) + search + hash) : undefined;
}

/** A tab of a DAG stays what it is: where a link of it leads, Airflow's window goes, to our pages. */
function leaveTab(): void {
  window.history.pushState = (_state: unknown, _unused: string, url?: URL | string | null) => {
    const { hash, pathname, search } = new URL(String(url ?? ""), location.href);
    openInAirflow(hostPage.slice(airflowBase.length) + pathname + search + hash);
  };
}

/** From now on a push in this frame is a push in Airflow's window. */
export function shareHistory(): void {
  if (host !== undefined && embedded) {
    leaveTab();
    return;
  }
  if (host === undefined || !host.location.pathname.startsWith(hostPage)) {
    return;
  }
  const { history } = host;
  window.history.pushState = (state: unknown, _unused: string, url?: URL | string | null) => {
    window.history.replaceState(state, "", url);
    const next = { idx: Number(history.state?.idx ?? 0) + 1, key: crypto.randomUUID().slice(0, 8), usr: null };
    history.pushState(next, "", hostPage + location.pathname + location.search + location.hash);
  };
}

/** Follow Airflow's window back and forth; Airflow itself would load the frame anew. */
export function followHost(go: Go): () => void {
  if (host === undefined || embedded) {
    return () => undefined;
  }
  const follow = () => {
    const path = shownByHost();
    if (path !== undefined && routerBase + path !== location.pathname + location.search + location.hash) {
      go(path);
    }
  };
  const intercept = (event: NavigateEvent) => {
    const { destination, navigationType } = event;
    const { hash, origin, pathname, search } = new URL(destination.url);
    const path = origin === location.origin ? ours(pathname + search + hash) : undefined;
    if (path !== undefined && navigationType === "replace" && !destination.sameDocument && event.canIntercept) {
      event.intercept({ handler: () => Promise.resolve() });
      setTimeout(() => go(path));
    }
  };
  const stop = () => host?.removeEventListener("popstate", follow);
  host.addEventListener("popstate", follow);
  window.addEventListener("pagehide", stop);
  window.navigation?.addEventListener("navigate", intercept);
  return () => {
    stop();
    window.removeEventListener("pagehide", stop);
    window.navigation?.removeEventListener("navigate", intercept);
  };
}
