import { Box, Flex, Heading, SimpleGrid, Skeleton, Text } from "@chakra-ui/react";

import type { StandardStatus } from "@/api/governanceTypes";
import { Ago } from "@/components/Ago";
import { count, plural, words } from "@/components/format";
import { bySeverity } from "@/components/severity";
import { SeverityBadge } from "@/components/SeverityBadge";

const PARTS = [
  ["passed", "success.solid"],
  ["failed", "failed.solid"],
  ["unknown", "bg.emphasized"],
  ["notApplicable", "bg.muted"],
] as const;

/** Which share of the rules passed, failed, could not be judged, or met nothing that they are about. */
function Shares({ standard }: { readonly standard: StandardStatus }) {
  const total = Math.max(1, standard.rules);
  const said = PARTS.filter(([part]) => part !== "notApplicable" || standard.notApplicable > 0)
    .map(([part]) => `${count(standard[part])} ${words(part).toLowerCase()}`)
    .join(" · ");
  return (
    <>
      <Flex aria-hidden borderRadius="full" flexShrink={0} gap="1px" h="6px" mb={1} overflow="hidden">
        {PARTS.map(([part, color]) => (
          <Box bg={color} key={part} w={`${(standard[part] / total) * 100}%`} />
        ))}
      </Flex>
      <Text color="fg.muted" fontSize="xs">
        {said}
      </Text>
    </>
  );
}

type CardProps = { readonly chosen: boolean; readonly onChoose: () => void; readonly standard: StandardStatus };

function Card({ chosen, onChoose, standard }: CardProps) {
  const { bySeverity: severities, lastScan, openViolations, rules, title } = standard;
  return (
    <Box
      _hover={{ bg: "bg.subtle" }}
      aria-pressed={chosen}
      as="button"
      borderColor={chosen ? "border.inverted" : "border"}
      borderRadius="md"
      borderWidth={1}
      cursor="pointer"
      display="flex"
      flexDirection="column"
      justifyContent="flex-start"
      minW={0}
      onClick={onChoose}
      p={3}
      textAlign="start"
    >
      <Flex align="baseline" gap={2} justify="space-between" mb={2}>
        <Heading as="h2" size="sm">
          {standard.standard}
        </Heading>
        <Text fontSize="sm" fontWeight="semibold" whiteSpace="nowrap">
          {openViolations === 0 ? "Nothing open" : `${count(openViolations)} open`}
        </Text>
      </Flex>
      <Text color="fg.muted" fontSize="xs" hideBelow="sm" lineClamp={1} mb={2} title={title}>
        {title}
      </Text>
      <Shares standard={standard} />
      <Flex gap={1} mb={1} minH={{ sm: 6 }} mt={2} wrap="wrap">
        {bySeverity(severities).map(([severity, figure]) => (
          <SeverityBadge figure={figure} key={severity} severity={severity} />
        ))}
      </Flex>
      <Text color="fg.muted" fontSize="xs" hideBelow="sm" mt="auto">
        {plural(rules, "rule")} · {lastScan === null ? "not scanned yet" : <>scanned <Ago moment={lastScan} /></>}
      </Text>
    </Box>
  );
}

type Props = {
  readonly chosen: string;
  readonly onChoose: (standard: string) => void;
  readonly standards: readonly StandardStatus[] | undefined;
};

/** The standards at a glance; choosing one narrows the violations below to it. */
export function StandardCards({ chosen, onChoose, standards }: Props) {
  return (
    <SimpleGrid columns={{ base: 1, sm: 2, lg: 4 }} gap={3} mb={4}>
      {standards === undefined
        ? Array.from({ length: 4 }, (_, card) => <Skeleton height="148px" key={card} />)
        : standards.map((each) => (
            <Card
              chosen={chosen === each.standard}
              key={each.standard}
              onChoose={() => onChoose(chosen === each.standard ? "" : each.standard)}
              standard={each}
            />
          ))}
    </SimpleGrid>
  );
}
