import { Alert, Code, Flex, Text } from "@chakra-ui/react";

import { CopyButton } from "@/components/CopyButton";

/** A secret that is shown this once. */
export function SecretNote({ secret }: { readonly secret: string }) {
  return (
    <Alert.Root role="status" size="sm" status="warning">
      <Alert.Indicator />
      <Alert.Content gap={1} minW={0}>
        <Alert.Title>The secret that signs what is sent. It is shown this once.</Alert.Title>
        <Flex align="center" gap={1}>
          <Code overflowWrap="anywhere" size="sm" whiteSpace="normal">
            {secret}
          </Code>
          <CopyButton label="Copy the secret" text={secret} />
        </Flex>
        <Text fontSize="xs">Receivers check it with any library of Standard Webhooks.</Text>
      </Alert.Content>
    </Alert.Root>
  );
}
