import { IconButton } from "@chakra-ui/react";
import { useState } from "react";
import { LuCheck, LuCopy } from "react-icons/lu";

const SHOWN_MS = 1_500;

async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
}

/** Puts a text on the clipboard and says so for a moment. */
export function CopyButton({ label, text }: { readonly label: string; readonly text: string }) {
  const [done, setDone] = useState(false);
  return (
    <IconButton
      aria-label={done ? "Copied" : label}
      onClick={() => {
        void copy(text).then(() => {
          setDone(true);
          setTimeout(() => setDone(false), SHOWN_MS);
        });
      }}
      size="2xs"
      title={label}
      variant="ghost"
    >
      {done ? <LuCheck /> : <LuCopy />}
    </IconButton>
  );
}
