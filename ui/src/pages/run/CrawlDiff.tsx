import { SimpleGrid, Stack, Stat, Text } from "@chakra-ui/react";

import type { Crawl, DiffKind } from "@/api/catalogTypes";
import { Ago } from "@/components/Ago";
import { count, words } from "@/components/format";
import { DiffPanel } from "@/pages/run/DiffPanel";
import { HeldPanel } from "@/pages/run/HeldPanel";

const COUNTED = ["schemas", "tables", "views", "columns", "relationships"] as const;
const KINDS: readonly DiffKind[] = ["removed", "changed", "added"];

function Counts({ crawl }: { readonly crawl: Crawl }) {
  return (
    <SimpleGrid columns={{ base: 2, sm: 3, md: COUNTED.length }} gap={3}>
      {COUNTED.map((name) => (
        <Stat.Root borderRadius="md" borderWidth={1} key={name} p={3} size="sm">
          <Stat.Label>{words(name)}</Stat.Label>
          <Stat.ValueText>{count(crawl[name] ?? 0)}</Stat.ValueText>
        </Stat.Root>
      ))}
    </SimpleGrid>
  );
}

/** What a crawl found, and how it differs from what the catalog held before. */
export function CrawlDiff({ crawl, taskId }: { readonly crawl: Crawl; readonly taskId: string }) {
  const { held = [], releasedAt, releasedBy } = crawl;
  const total = (kind: DiffKind) => crawl.counts?.[kind] ?? crawl[kind]?.length ?? 0;
  const nothing = held.length === 0 && KINDS.every((kind) => total(kind) === 0);
  return (
    <Stack gap={4}>
      <Counts crawl={crawl} />
      {nothing ? <Text color="fg.muted">Nothing changed since the crawl before.</Text> : null}
      {releasedAt === null ? null : (
        <Text color="fg.muted" fontSize="sm">
          Removals that were held back were released <Ago moment={releasedAt} />
          {releasedBy === null ? "" : ` by ${releasedBy}`}.
        </Text>
      )}
      {held.length > 0 && releasedAt === null ? (
        <HeldPanel held={held} taskId={taskId} total={total("held")} />
      ) : null}
      {KINDS.map((kind) => (
        <DiffPanel entries={crawl[kind] ?? []} key={kind} state={kind} title={words(kind)} total={total(kind)} />
      ))}
    </Stack>
  );
}
