import { Box, Button, Code, Flex, Stack, Text } from "@chakra-ui/react";
import { lazy, Suspense, useState } from "react";
import { LuWorkflow } from "react-icons/lu";
import { useParams } from "react-router";

import type { Asset, LineageAnswer } from "@/api/catalogTypes";
import { useEnds, usePipelines } from "@/api/pipelines";
import { Empty } from "@/components/Empty";
import { ErrorNote } from "@/components/ErrorNote";
import { PageHead } from "@/components/PageHead";
import { PageSkeleton } from "@/components/PageSkeleton";
import { RouteLink } from "@/components/RouteLink";

const Lineage = lazy(async () => import("@/pages/lineage/Lineage"));

function Nothing({ dagId }: { readonly dagId: string }) {
  return (
    <Empty
      icon={<LuWorkflow />}
      text={
        <>
          No run of <Code>{dagId}</Code> has told what it reads and writes. Airflow's OpenLineage provider tells it with each
          run, once its transport points here; operators it knows, and tasks with inlets and outlets, need no change.
        </>
      }
      title="No lineage yet"
    >
      <RouteLink to="/catalog?type=PIPELINE">Pipelines that are known</RouteLink>
    </Empty>
  );
}

const ends = (answer: LineageAnswer | undefined): number => (answer === undefined ? 0 : answer.upstream.length + answer.downstream.length);

/** A little over three lines of tasks: those of a large DAG are scrolled, and the graph stays in view. */
const TASKS_HEIGHT = "122px";

type TasksProps = {
  readonly answers: readonly (LineageAnswer | undefined)[];
  readonly chosen: string;
  readonly dagId: string;
  readonly onChoose: (id: string) => void;
  readonly pipelines: readonly Asset[];
};

/** The DAG and its tasks, each with how much it reads and writes. */
function Tasks({ answers, chosen, dagId, onChoose, pipelines }: TasksProps) {
  return (
    <Flex aria-label="The DAG and its tasks" gap={1} maxH={TASKS_HEIGHT} mb={3} overflowY="auto" role="group" wrap="wrap">
      {pipelines.map(({ id, name }, at) => {
        const answer = answers[at];
        return (
          <Button
            aria-pressed={id === chosen}
            key={id}
            maxW="full"
            onClick={() => onChoose(id)}
            size="xs"
            variant={id === chosen ? "subtle" : "ghost"}
          >
            <Text as="span" truncate>
              {name === dagId ? "The DAG" : name.slice(dagId.length + 1)}
            </Text>
            {answer === undefined ? null : (
              <Text as="span" color="fg.muted" fontWeight="normal">
                reads {answer.upstream.length}, writes {answer.downstream.length}
              </Text>
            )}
          </Button>
        );
      })}
    </Flex>
  );
}

/** The tab "Lineage" of a DAG in Airflow: what its tasks read and write, and on from there. */
export default function DagPage() {
  const { dagId = "" } = useParams();
  const { data: pipelines, error, refetch } = usePipelines(dagId);
  const answers = useEnds((pipelines ?? []).map(({ id }) => id));
  const [wanted, setWanted] = useState<string>();
  if (pipelines === undefined) {
    return error === null ? <PageSkeleton /> : <ErrorNote error={error} onRetry={() => void refetch()} />;
  }
  const told = pipelines.find((_, at) => ends(answers[at]) > 0) ?? pipelines[0];
  const focus = pipelines.find(({ id }) => id === wanted) ?? told;
  return (
    <Box>
      <PageHead title={`Lineage of ${dagId}`} />
      {focus === undefined ? (
        <Nothing dagId={dagId} />
      ) : (
        <Stack gap={0}>
          <Tasks answers={answers} chosen={focus.id} dagId={dagId} onChoose={setWanted} pipelines={pipelines} />
          <Suspense fallback={<PageSkeleton />}>
            <Lineage empty="It is known, but its runs told of nothing that it reads or writes." focus={focus} key={focus.id} />
          </Suspense>
          <Text fontSize="sm" mt={2}>
            <RouteLink to={`/assets/${focus.id}`}>Open the pipeline in the catalog</RouteLink>
          </Text>
        </Stack>
      )}
    </Box>
  );
}
