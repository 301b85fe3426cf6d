import { useCallback } from "react";
import { useSearchParams } from "react-router";

/**
 * The query string as state: what is shown survives reload, back and a shared link.
 *
 * A change starts from the address itself: the router renders late on a busy machine, and what it last gave would
 * undo a change that came right before.
 */
export function useParams(): readonly [(name: string) => string, (changes: Record<string, string>) => void] {
  const [params, setParams] = useSearchParams();
  const read = useCallback((name: string) => params.get(name) ?? "", [params]);
  const write = useCallback(
    (changes: Record<string, string>) => {
      const after = new URLSearchParams(window.location.search);
      for (const [name, value] of Object.entries(changes)) {
        if (value === "") {
          after.delete(name);
        } else {
          after.set(name, value);
        }
      }
      setParams(after, { replace: true });
    },
    [setParams],
  );
  return [read, write];
}
