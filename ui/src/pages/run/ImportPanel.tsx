import { Code, SimpleGrid, Stack, Stat, Text } from "@chakra-ui/react";
import { useState } from "react";

import { ERRORS_A_PAGE, useImport, useImportErrors } from "@/api/transfer";
import type { Run } from "@/api/types";
import { ErrorNote } from "@/components/ErrorNote";
import { Facts } from "@/components/Facts";
import { count, words } from "@/components/format";
import { LineProblems } from "@/components/LineProblems";
import { Pager } from "@/components/Pager";
import { Panel } from "@/components/Panel";
import { fileName } from "@/components/run";

const KEPT = 1_000;
const ALWAYS = ["created", "updated", "unchanged", "errors"];

function Problems({ id, wrong }: { readonly id: string; readonly wrong: number }) {
  const [page, setPage] = useState(1);
  const { data, error, isPending, refetch } = useImportErrors(id, wrong, page);
  return (
    <Panel title="Lines that were not taken">
      {wrong > KEPT ? (
        <Text color="fg.muted" fontSize="sm" mb={2}>
          {count(wrong)} lines are wrong; the first {count(KEPT)} are kept.
        </Text>
      ) : null}
      {error === null ? (
        <LineProblems caption="Lines that were not taken" loading={isPending} noun="Line" problems={data?.data ?? []} />
      ) : (
        <ErrorNote error={error} onRetry={() => void refetch()} />
      )}
      {data === undefined ? null : (
        <Pager onPage={setPage} page={page} pageSize={ERRORS_A_PAGE} total={data.pagination.totalCount} />
      )}
    </Panel>
  );
}

/** Which file an import takes in, how far it is, and what it did not take. */
export function ImportPanel({ run }: { readonly run: Run }) {
  const { data, error, refetch } = useImport(run);
  const { name, options = {}, source = "" } = run.payload ?? {};
  const counts = Object.entries(data?.counts ?? {}).filter(([name, value]) => value > 0 && !ALWAYS.includes(name));
  const figures = [...ALWAYS.map((name) => [name, data?.counts[name] ?? 0] as const), ...counts];
  return (
    <Stack gap={4}>
      {error === null ? null : <ErrorNote error={error} onRetry={() => void refetch()} />}
      <SimpleGrid columns={{ base: 2, sm: 3, md: 5 }} gap={3}>
        {[["lines", data?.lines ?? 0] as const, ...figures].map(([name, value]) => (
          <Stat.Root borderRadius="md" borderWidth={1} key={name} p={3} size="sm">
            <Stat.Label>{words(name)}</Stat.Label>
            <Stat.ValueText>{data === undefined ? "–" : count(value)}</Stat.ValueText>
          </Stat.Root>
        ))}
      </SimpleGrid>
      <Panel title="What is taken in">
        <Facts
          facts={[
            ["File", <Code key="source" overflowWrap="anywhere" whiteSpace="normal">{fileName(source, name)}</Code>],
            ["Priority", run.priority],
            ["Existing assets", options.upsert === false ? "are errors" : "are updated"],
            ["Wrong lines", options.validate === true ? "end the import" : "are listed, the others taken"],
          ]}
        />
      </Panel>
      {(data?.counts["errors"] ?? 0) > 0 ? <Problems id={run.id} wrong={data?.counts["errors"] ?? 0} /> : null}
    </Stack>
  );
}
