import { Badge, Flex, SimpleGrid, Stack, Stat, Text } from "@chakra-ui/react";

import type { Run } from "@/api/types";
import { kindName } from "@/components/finding";
import { count, words } from "@/components/format";
import { Panel } from "@/components/Panel";
import { RouteLink } from "@/components/RouteLink";
import { said } from "@/components/said";

const COUNTED = ["tables", "columns", "sampled", "found", "new", "gone"] as const;

const figure = (value: unknown): number => (typeof value === "number" ? value : 0);

const entries = (value: unknown): readonly (readonly [string, unknown])[] =>
  typeof value === "object" && value !== null ? Object.entries(value) : [];

/** What a scan looked at, what it found, and where to go on. */
export function ScanResult({ run }: { readonly run: Run }) {
  const { failures, kinds, ...result } = run.result ?? {};
  const failed = Array.isArray(failures) ? failures : [];
  const found = entries(kinds);
  const of = encodeURIComponent(run.connectionId ?? "");
  return (
    <Stack gap={4}>
      <SimpleGrid columns={{ base: 2, sm: 3, md: COUNTED.length }} gap={3}>
        {COUNTED.map((name) => (
          <Stat.Root borderRadius="md" borderWidth={1} key={name} p={3} size="sm">
            <Stat.Label>{words(name)}</Stat.Label>
            <Stat.ValueText>{count(figure(result[name]))}</Stat.ValueText>
          </Stat.Root>
        ))}
      </SimpleGrid>
      <Panel title="Personal data">
        <Flex align="center" gap={2} mb={found.length === 0 ? 0 : 3} wrap="wrap">
          {found.length === 0 ? (
            <Text color="fg.muted" fontSize="sm">
              No column looks like personal data.
            </Text>
          ) : (
            found.map(([kind, hits]) => (
              <Badge key={kind} variant="outline">
                {kindName(kind)} {count(figure(hits))}
              </Badge>
            ))
          )}
        </Flex>
        <Flex fontSize="sm" gap={4} wrap="wrap">
          <RouteLink to={`/findings?connectionId=${of}`}>Confirm or reject</RouteLink>
          <RouteLink to={`/compliance?connectionId=${of}`}>Compliance of the connection</RouteLink>
        </Flex>
      </Panel>
      {failed.length === 0 ? null : (
        <Panel title="Could not be read">
          <Stack as="ul" fontSize="sm" gap={1} listStyleType="none">
            {failed.map((failure, index) => (
              <Text as="li" key={index} overflowWrap="anywhere">
                {said(failure)}
              </Text>
            ))}
          </Stack>
        </Panel>
      )}
    </Stack>
  );
}
