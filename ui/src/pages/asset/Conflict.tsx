import { Alert, Button, Flex, Stack, Text } from "@chakra-ui/react";

import { isStale } from "@/api/assets";
import type { Asset } from "@/api/catalogTypes";
import { ErrorNote } from "@/components/ErrorNote";
import { differences } from "@/pages/asset/difference";

type Props = {
  /** The asset as it was when one began to write. */
  readonly base: Asset;
  /** The asset as it is now. */
  readonly current: Asset;
  readonly error: unknown;
  readonly onOverwrite: () => void;
  readonly onYield: () => void;
  readonly pending: boolean;
};

/** Why a change was refused; where another came first, what they changed, and the choice between theirs and ours. */
export function Conflict({ base, current, error, onOverwrite, onYield, pending }: Props) {
  if (!isStale(error) || current.version === base.version) {
    return error === null || isStale(error) ? null : <ErrorNote error={error} />;
  }
  const theirs = differences(base, current);
  return (
    <Alert.Root role="alert" size="sm" status="warning">
      <Alert.Indicator />
      <Alert.Content gap={2} minW={0}>
        <Alert.Title>Somebody changed this asset while you wrote</Alert.Title>
        <Stack as="ul" fontSize="sm" gap={1} listStyleType="none">
          {theirs.map(({ after, before, what }) => (
            <Text as="li" key={what} overflowWrap="anywhere">
              <Text as="span" fontWeight="medium">
                {what}:
              </Text>{" "}
              <Text as="span" textDecoration="line-through">
                {before}
              </Text>{" "}
              → {after}
            </Text>
          ))}
          {theirs.length === 0 ? <Text as="li">Nothing that this page shows.</Text> : null}
        </Stack>
        <Flex gap={2} wrap="wrap">
          <Button loading={pending} onClick={onOverwrite} size="xs">
            Save mine over it
          </Button>
          <Button bg="bg" color="fg" onClick={onYield} size="xs" variant="outline">
            Leave it as it is now
          </Button>
        </Flex>
      </Alert.Content>
    </Alert.Root>
  );
}
