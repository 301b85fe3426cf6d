import { Button, Flex, Progress, Text } from "@chakra-ui/react";

type Props = { readonly onStop: () => void; readonly share: number };

/** How much of a file is sent, and the way to stop it. */
export function SendLine({ onStop, share }: Props) {
  const percent = Math.min(100, Math.round(share * 100));
  return (
    <Flex align="center" gap={3} role="status">
      <Progress.Root aria-label="Sent of the file" colorPalette="running" flex="1" size="xs" value={percent}>
        <Progress.Track>
          <Progress.Range />
        </Progress.Track>
      </Progress.Root>
      <Text color="fg.muted" fontSize="xs" fontVariantNumeric="tabular-nums">
        {percent === 100 ? "All is sent; it is being stored …" : `${percent}% sent`}
      </Text>
      <Button onClick={onStop} size="xs" variant="outline">
        Stop
      </Button>
    </Flex>
  );
}
