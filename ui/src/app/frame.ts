/** Our dealings with the Airflow window around us: its address, title, navigation and login. */

import { airflowBase, embedded, hostPage } from "@/app/place";

type Host = Window & typeof globalThis & { ChakraUISystem?: unknown };

function findHost(): Host | undefined {
  try {
    const { parent } = window;
    return parent !== window && parent.location.origin === location.origin ? (parent as Host) : undefined;
  } catch {
    return undefined;
  }
}

/** Airflow's window, or nothing when the pages run on their own. */
export const host = findHost();

const hostTitle = host?.document.title ?? "";

const showsUs = (): boolean => !embedded && (host?.location.pathname.startsWith(hostPage) ?? false);

/** Put our address and title on Airflow's window, so that reload, bookmarks and the tab's name are right. */
export function mirror(title: string): void {
  document.title = title;
  if (host === undefined || !showsUs()) {
    return;
  }
  const address = hostPage + location.pathname + location.search + location.hash;
  host.history.replaceState(host.history.state, "", address);
  host.document.title = `${title} - ${hostTitle === "" ? "Airflow" : hostTitle}`;
}

/** Call back when Airflow's navigation entry is chosen while we already show a deeper page. */
export function onHome(goHome: () => void): () => void {
  const navigation = host?.navigation;
  if (host === undefined || navigation === undefined || embedded) {
    return () => undefined;
  }
  const listen = () => {
    if (host.location.pathname.replace(/\/$/u, "") === hostPage) {
      goHome();
    }
  };
  const stop = () => {
    navigation.removeEventListener("currententrychange", listen);
    host.document.title = hostTitle;
  };
  navigation.addEventListener("currententrychange", listen);
  window.addEventListener("pagehide", stop);
  return () => {
    window.removeEventListener("pagehide", stop);
    stop();
  };
}

/** Show one of Airflow's own pages, without reloading Airflow. */
export function openInAirflow(path: string): void {
  const address = airflowBase + path;
  if (host === undefined) {
    location.assign(address);
    return;
  }
  const state = { idx: Number(host.history.state?.idx ?? 0) + 1, key: crypto.randomUUID().slice(0, 8), usr: null };
  host.history.pushState(state, "", address);
  host.dispatchEvent(new host.PopStateEvent("popstate", { state }));
}

const SIGN_IN_MARK = "crosswind:sign-in";

/** Send the top window to Airflow's login and back here; tells whether it did (once a quarter of a minute, no loops). */
export function signIn(force = false): boolean {
  const last = Number(sessionStorage.getItem(SIGN_IN_MARK) ?? 0);
  if (!force && Date.now() - last < 15_000) {
    return false;
  }
  sessionStorage.setItem(SIGN_IN_MARK, String(Date.now()));
  const login = `${airflowBase}/auth/login/?next=${encodeURIComponent((host ?? window).location.href)}`;
  if (host === undefined) {
    location.assign(login);
  } else {
    // The sandbox keeps us from moving the top window; a timer of its own may.
    host.setTimeout(`location.assign(${JSON.stringify(login)})`, 0);
  }
  return true;
}

/** Open an address of ours in a window of its own: the sandbox keeps us from it, Airflow's window may. */
export function openWindow(address: string): void {
  const opened = (host ?? window).open(address, "_blank");
  if (opened !== null) {
    opened.opener = null;
  }
}
