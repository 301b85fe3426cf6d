import { IconButton, Input, InputGroup } from "@chakra-ui/react";
import { useEffect, useRef, useState } from "react";
import { LuSearch, LuX } from "react-icons/lu";

const DEBOUNCE_MS = 200;

type Props = {
  readonly autoFocus?: boolean;
  readonly label: string;
  readonly onChange: (words: string) => void;
  readonly size?: "md" | "sm";
  readonly value: string;
};

/** A search field that waits for a pause in typing; `/` focuses it, Escape empties it. */
export function SearchBox({ autoFocus = false, label, onChange, size = "sm", value }: Props) {
  const [typed, setTyped] = useState(value);
  const input = useRef<HTMLInputElement>(null);
  const latest = useRef(onChange);
  latest.current = onChange;

  useEffect(() => setTyped(value), [value]);
  useEffect(() => {
    if (typed === value) {
      return undefined;
    }
    const timer = setTimeout(() => latest.current(typed), DEBOUNCE_MS);
    return () => clearTimeout(timer);
  }, [typed, value]);
  useEffect(() => {
    const focus = (event: KeyboardEvent) => {
      const inField = event.target instanceof HTMLElement && event.target.matches("input, textarea, select");
      if (event.key === "/" && !inField && !event.ctrlKey && !event.metaKey && !event.altKey) {
        event.preventDefault();
        input.current?.focus();
      }
    };
    document.addEventListener("keydown", focus);
    return () => document.removeEventListener("keydown", focus);
  }, []);

  const clear = (
    <IconButton
      aria-label="Empty the search"
      me={-2}
      onClick={() => {
        setTyped("");
        onChange("");
        input.current?.focus();
      }}
      size="2xs"
      variant="ghost"
    >
      <LuX />
    </IconButton>
  );
  return (
    <InputGroup endElement={typed === "" ? undefined : clear} startElement={<LuSearch />}>
      <Input
        aria-label={label}
        autoFocus={autoFocus}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") {
            setTyped("");
          } else if (event.key === "Enter") {
            onChange(typed);
          }
        }}
        placeholder={label}
        ref={input}
        size={size}
        spellCheck={false}
        value={typed}
      />
    </InputGroup>
  );
}
