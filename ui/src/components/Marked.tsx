import { Mark } from "@chakra-ui/react";

import { segments } from "@/components/segments";

/** Text with the searched words marked. */
export function Marked({ text }: { readonly text: string }) {
  return segments(text).map((segment, index) =>
    segment.hit ? (
      <Mark bg="yellow.muted" borderRadius="xs" color="fg" key={index} px="1px">
        {segment.text}
      </Mark>
    ) : (
      segment.text
    ),
  );
}
