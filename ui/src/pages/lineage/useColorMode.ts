import { useSyncExternalStore } from "react";

function subscribe(onChange: () => void): () => void {
  const watch = new MutationObserver(onChange);
  watch.observe(document.documentElement, { attributeFilter: ["class"], attributes: true });
  return () => watch.disconnect();
}

const read = (): "dark" | "light" => (document.documentElement.classList.contains("dark") ? "dark" : "light");

/** Light or dark, followed live, for the few parts that Chakra's theme does not reach. */
export const useColorMode = (): "dark" | "light" => useSyncExternalStore(subscribe, read);
