import { Text, type TextProps } from "@chakra-ui/react";
import { useEffect, useState } from "react";

import { ago, exactly } from "@/components/format";

/** A moment as its age, kept current; the exact time is its title. */
export function Ago({ moment, ...style }: { readonly moment: string | null | undefined } & TextProps) {
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((turn) => turn + 1), 10_000);
    return () => clearInterval(timer);
  }, []);
  if (moment === null || moment === undefined) {
    return (
      <Text as="span" color="fg.muted" {...style}>
        never
      </Text>
    );
  }
  return (
    <Text as="span" whiteSpace="nowrap" {...style}>
      <time dateTime={moment} title={exactly(moment)}>
        {ago(moment)}
      </time>
    </Text>
  );
}
