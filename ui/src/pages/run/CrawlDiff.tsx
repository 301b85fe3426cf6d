import { SimpleGrid, Stack, Stat, Text } from "@chakra-ui/react";

import type { Crawl } from "@/api/catalogTypes";
import { count, words } from "@/components/format";
import { DiffPanel } from "@/pages/run/DiffPanel";
import { HeldPanel } from "@/pages/run/HeldPanel";

const COUNTED = ["schemas", "tables", "views", "columns", "foreignKeys", "relationships"];

function Counts({ counts }: { readonly counts: Record<string, number> }) {
  const shown = COUNTED.filter((name) => name in counts);
  if (shown.length === 0) {
    return null;
  }
  return (
    <SimpleGrid columns={{ base: 3, md: Math.min(6, shown.length) }} gap={3}>
      {shown.map((name) => (
        <Stat.Root borderRadius="md" borderWidth={1} key={name} p={3} size="sm">
          <Stat.Label>{words(name)}</Stat.Label>
          <Stat.ValueText>{count(counts[name] ?? 0)}</Stat.ValueText>
        </Stat.Root>
      ))}
    </SimpleGrid>
  );
}

/** What a crawl found, and how it differs from what the catalog held before. */
export function CrawlDiff({ crawl, taskId }: { readonly crawl: Crawl; readonly taskId: string }) {
  const { added, changed, counts, held, removed } = crawl;
  const nothing = [added, changed, held, removed].every((entries) => entries.length === 0);
  return (
    <Stack gap={4}>
      <Counts counts={counts} />
      {nothing ? <Text color="fg.muted">Nothing changed since the crawl before.</Text> : null}
      {held.length === 0 ? null : <HeldPanel held={held} taskId={taskId} />}
      <DiffPanel entries={removed} state="removed" title="Removed" />
      <DiffPanel entries={changed} state="changed" title="Changed" />
      <DiffPanel entries={added} state="added" title="Added" />
    </Stack>
  );
}
