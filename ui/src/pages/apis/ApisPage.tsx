import { Box, Button, Code, Flex, Heading, Stack, Text } from "@chakra-ui/react";
import { LuExternalLink } from "react-icons/lu";

import { openWindow } from "@/app/frame";
import { useMe } from "@/app/permissions";
import { grpcAddress, restBase } from "@/app/place";
import { CopyButton } from "@/components/CopyButton";
import { PageHead } from "@/components/PageHead";
import { Panel } from "@/components/Panel";
import { places, type Place } from "@/pages/apis/places";

/** A text to be copied as it stands. */
function Copied({ label, text }: { readonly label: string; readonly text: string }) {
  return (
    <Flex align="center" gap={1} minW={0}>
      <Code overflowWrap="anywhere" size="sm" whiteSpace="pre-wrap">
        {text}
      </Code>
      <CopyButton label={label} text={text} />
    </Flex>
  );
}

function Row({ place: { address, name, pages, text } }: { readonly place: Place }) {
  return (
    <Flex as="li" borderBottomWidth={1} columnGap={4} justify="space-between" py={3} rowGap={2} wrap="wrap">
      <Box flex="1 1 320px" minW={0}>
        <Heading as="h2" size="sm">
          {name}
        </Heading>
        <Text color="fg.muted" fontSize="sm" mb={1}>
          {text}
        </Text>
        <Copied label={`Copy the address of ${name}`} text={address} />
      </Box>
      <Flex align="center" gap={2} wrap="wrap">
        {pages.map(([label, page]) => (
          <Button key={label} aria-label={`${label} of ${name}, in a window of its own`} onClick={() => openWindow(page)} size="xs" variant="outline">
            {label} <LuExternalLink />
          </Button>
        ))}
      </Flex>
    </Flex>
  );
}

/** Where programs reach the platform, and how they show who they are. */
export default function ApisPage() {
  const { data: me } = useMe();
  const root = new URL(restBase, location.href).href.replace(/\/$/u, "");
  return (
    <>
      <PageHead title="APIs">
        <Text color="fg.muted" fontSize="sm" maxW="80ch" mt={1}>
          One store, four protocols: what one has written the others read at once, with the same permissions and error codes.
        </Text>
      </PageHead>
      <Stack gap={4}>
        <Stack as="ul" borderTopWidth={1} gap={0} listStyleType="none">
          {places(root, grpcAddress, location.hostname).map((place) => (
            <Row key={place.name} place={place} />
          ))}
        </Stack>
        <Panel title="Who asks">
          <Stack align="flex-start" fontSize="sm" gap={2} minW={0}>
            <Text>
              A program shows an API key or a token on each request; a key carries the rights of its owner. Keys are made with the command line or by POST to{" "}
              <Code size="sm">/platform/v1/keys</Code>, and shown once.
            </Text>
            <Copied label="Copy the command that makes a key" text={`crosswind keys create --name my-program --owner ${me?.subject ?? "you"}`} />
            <Copied label="Copy an example" text={`curl -H "X-API-Key: $KEY" "${root}/metastore/v1/assets?limit=5"`} />
            <Button onClick={() => openWindow(`${root}/docs/errors`)} size="xs" variant="outline">
              All error codes <LuExternalLink />
            </Button>
          </Stack>
        </Panel>
      </Stack>
    </>
  );
}
