import { useCallback } from "react";
import { useSearchParams } from "react-router";

/** The query string as state: what is shown survives reload, back and a shared link. */
export function useParams(): readonly [(name: string) => string, (changes: Record<string, string>) => void] {
  const [params, setParams] = useSearchParams();
  const read = useCallback((name: string) => params.get(name) ?? "", [params]);
  const write = useCallback(
    (changes: Record<string, string>) => {
      setParams(
        (before) => {
          const after = new URLSearchParams(before);
          for (const [name, value] of Object.entries(changes)) {
            if (value === "") {
              after.delete(name);
            } else {
              after.set(name, value);
            }
          }
          return after;
        },
        { replace: true },
      );
    },
    [setParams],
  );
  return [read, write];
}
