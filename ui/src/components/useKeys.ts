import { useEffect, useRef } from "react";

/** Calls back for plain keys, unless one types in a field, a dialog is open, or a button has the focus and means it. */
export function useKeys(onKey: (key: string) => boolean): void {
  const latest = useRef(onKey);
  latest.current = onKey;
  useEffect(() => {
    // Keys go to Airflow's window until something in ours has the focus.
    window.focus();
    const listen = (event: KeyboardEvent) => {
      const { altKey, ctrlKey, key, metaKey, target } = event;
      const typing = target instanceof HTMLElement && target.matches("input:not([type=checkbox]), textarea, select");
      const busy = document.querySelector("[role=dialog]") !== null;
      if (!altKey && !ctrlKey && !metaKey && !typing && !busy && latest.current(key)) {
        event.preventDefault();
      }
    };
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, []);
}
