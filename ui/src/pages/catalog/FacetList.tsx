import { Box, Button, Flex, Skeleton, Stack, Text } from "@chakra-ui/react";
import { LuX } from "react-icons/lu";

import { count, words } from "@/components/format";

/** Facet as the server names it, the query it narrows, its heading. */
const GROUPS = [
  ["type", "type", "Kind"],
  ["connection", "connection", "Connection"],
  ["schema", "schema", "Schema"],
  ["classification", "classification", "Classification"],
  ["tags", "tag", "Tag"],
  ["owner", "owner", "Owner"],
  ["domain", "domain", "Domain"],
  ["term", "term", "Term"],
  ["product", "product", "Data product"],
] as const;

const SHOWN = 12;
/** Headings whose values are words of ours, not names of somebody's. */
const WORDED = new Set(["Classification", "Kind"]);

type Chosen = Readonly<Partial<Record<(typeof GROUPS)[number][1], string>>>;

type GroupProps = {
  readonly about: boolean;
  readonly chosen: string | undefined;
  readonly heading: string;
  readonly onChoose: (value: string) => void;
  readonly values: Readonly<Record<string, number>>;
};

function Group({ about, chosen, heading, onChoose, values }: GroupProps) {
  const sorted = Object.entries(values).sort(([a, x], [b, y]) => y - x || a.localeCompare(b));
  const shown = sorted.slice(0, SHOWN);
  if (chosen !== undefined && !shown.some(([value]) => value === chosen)) {
    shown.unshift([chosen, values[chosen] ?? 0]);
  }
  if (shown.length === 0) {
    return null;
  }
  return (
    <Box aria-label={heading} as="section" minW={0}>
      <Text color="fg.muted" fontSize="xs" fontWeight="semibold" mb={1}>
        {heading}
      </Text>
      <Flex direction={{ base: "row", lg: "column" }} gap={1} wrap={{ base: "wrap", lg: "nowrap" }}>
        {shown.map(([value, hits]) => (
          <Button
            aria-pressed={value === chosen}
            justifyContent="space-between"
            key={value}
            onClick={() => onChoose(value === chosen ? "" : value)}
            size="xs"
            title={value}
            variant={value === chosen ? "subtle" : "ghost"}
          >
            <Text as="span" fontWeight={value === chosen ? "semibold" : "normal"} truncate>
              {WORDED.has(heading) ? words(value) : value}
            </Text>
            <Flex as="span" color="fg.muted" fontVariantNumeric="tabular-nums" gap={1}>
              {about ? "≈ " : ""}
              {count(hits)}
              {value === chosen ? <LuX aria-hidden /> : null}
            </Flex>
          </Button>
        ))}
      </Flex>
    </Box>
  );
}

type Props = {
  /** Whether the counts are estimates. */
  readonly about: boolean;
  readonly chosen: Chosen;
  readonly facets: Readonly<Record<string, Readonly<Record<string, number>>>> | undefined;
  readonly onChoose: (name: keyof Chosen, value: string) => void;
};

/** What the hits are made of, with counts; choosing a value narrows the search, choosing it again widens it. */
export function FacetList({ about, chosen, facets, onChoose }: Props) {
  if (facets === undefined) {
    return <Skeleton height={{ base: "28px", lg: "160px" }} />;
  }
  return (
    <Stack gap={{ base: 2, lg: 4 }}>
      {about ? (
        <Text color="fg.muted" fontSize="xs">
          The counts are estimates.
        </Text>
      ) : null}
      {GROUPS.map(([facet, query, heading]) => (
        <Group
          about={about}
          chosen={chosen[query]}
          heading={heading}
          key={facet}
          onChoose={(value) => onChoose(query, value)}
          values={facets[facet] ?? {}}
        />
      ))}
    </Stack>
  );
}
