import { Alert, Box, Button, Flex, Skeleton, Stack, Text } from "@chakra-ui/react";
import { LuRadar } from "react-icons/lu";
import { useParams } from "react-router";

import { isLive, useCancel, useCrawl, useRun } from "@/api/runs";
import type { Run } from "@/api/types";
import { useMay } from "@/app/permissions";
import { Ago } from "@/components/Ago";
import { AirflowLink } from "@/components/AirflowLink";
import { ErrorNote } from "@/components/ErrorNote";
import { duration, words } from "@/components/format";
import { PageHead } from "@/components/PageHead";
import { ProgressLine } from "@/components/ProgressLine";
import { RouteLink } from "@/components/RouteLink";
import { dagRunPath, runTime } from "@/components/run";
import { StateBadge } from "@/components/StateBadge";
import { useLinked, useLive } from "@/live/useLive";
import { CrawlDiff } from "@/pages/run/CrawlDiff";
import { ImportPanel } from "@/pages/run/ImportPanel";
import { ResumeButton } from "@/pages/run/ResumeButton";
import { ScanResult } from "@/pages/run/ScanResult";

const IMPORT = "BULK_INGESTION";

/** Why a run failed, at which step, and what helps. */
function RunFailure({ run }: { readonly run: Run }) {
  const { code, message, remedy, step } = run.error ?? {};
  return (
    <Alert.Root status="error">
      <Alert.Indicator />
      <Alert.Content>
        <Alert.Title>{step ? `Failed at “${words(step)}”` : "The run failed"}</Alert.Title>
        <Alert.Description overflowWrap="anywhere">
          {message ?? "It left no message; Airflow's log of the DAG run has more."}
          {remedy ? <Text mt={1}>What helps: {remedy}</Text> : null}
          {code ? (
            <Text color="fg.muted" fontSize="xs" mt={1}>
              {code}
            </Text>
          ) : null}
        </Alert.Description>
      </Alert.Content>
    </Alert.Root>
  );
}

function RunActions({ run }: { readonly run: Run }) {
  const cancel = useCancel();
  const may = useMay();
  const airflow = dagRunPath(run);
  const broken = run.type === IMPORT && (run.status === "FAILED" || run.status === "CANCELLED");
  return (
    <>
      {broken && may("import") ? <ResumeButton run={run} /> : null}
      {isLive(run) && may("cancel") ? (
        <Button colorPalette="danger" loading={cancel.isPending} onClick={() => cancel.mutate(run.id)} variant="outline">
          Cancel
        </Button>
      ) : null}
      {airflow === undefined ? null : (
        <Button asChild variant="outline">
          <AirflowLink color="inherit" path={airflow}>
            Open the DAG run
          </AirflowLink>
        </Button>
      )}
    </>
  );
}

function RunFacts({ run }: { readonly run: Run }) {
  const taken = runTime(run);
  return (
    <Flex align="center" color="fg.muted" columnGap={3} fontSize="sm" mt={1} rowGap={1} wrap="wrap">
      <StateBadge state={run.status} />
      {run.connectionId ? (
        <RouteLink to={`/connections/${encodeURIComponent(run.connectionId)}`}>{run.connectionId}</RouteLink>
      ) : null}
      <span>
        started <Ago moment={run.startedAt ?? run.createdAt} />
      </span>
      {taken === undefined ? null : <span>{duration(taken)}</span>}
      {run.requestedBy ? <span>by {run.requestedBy}</span> : null}
    </Flex>
  );
}

const NONE: readonly string[] = [];

export default function RunPage() {
  const { id = "" } = useParams();
  const { data: run, error, refetch } = useRun(id, useLinked());
  useLive("task.progress", run !== undefined && isLive(run) ? [id] : NONE, () => void refetch());
  const done = run?.status === "COMPLETED" && run.type === "CRAWL";
  const crawl = useCrawl(id, done);
  if (error !== null && run === undefined) {
    return (
      <>
        <PageHead title="Run" />
        <ErrorNote error={error} onRetry={() => void refetch()} />
      </>
    );
  }
  const title = run === undefined ? "Run" : `${words(run.type)}${run.connectionId ? ` of ${run.connectionId}` : ""}`;
  return (
    <>
      <PageHead actions={run === undefined ? null : <RunActions run={run} />} icon={<LuRadar />} title={title}>
        {run === undefined ? <Skeleton height="20px" mt={1} width="240px" /> : <RunFacts run={run} />}
      </PageHead>
      <Stack gap={4}>
        {run !== undefined && isLive(run) ? (
          <Box aria-live="polite" borderRadius="md" borderWidth={1} p={4}>
            <Text fontSize="sm" mb={2}>
              {run.status === "PENDING" ? "Waiting for Airflow to start it …" : run.type === IMPORT ? "Taking in the file …" : "Reading the source …"}
            </Text>
            <Flex align="center" gap={3} maxW="480px">
              <ProgressLine run={run} />
            </Flex>
          </Box>
        ) : null}
        {run?.status === "FAILED" ? <RunFailure run={run} /> : null}
        {run?.status === "CANCELLED" ? (
          <Text color="fg.muted">
            {run.type === IMPORT
              ? "The import was cancelled. What it had stored stays in the catalog."
              : "The run was cancelled. A cancelled crawl removes nothing from the catalog."}
          </Text>
        ) : null}
        {run?.type === IMPORT ? <ImportPanel run={run} /> : null}
        {crawl.error === null ? null : <ErrorNote error={crawl.error} onRetry={() => void crawl.refetch()} />}
        {crawl.data === undefined ? null : <CrawlDiff crawl={crawl.data} taskId={id} />}
        {run?.status === "COMPLETED" && run.type === "COMPLIANCE_SCAN" ? <ScanResult run={run} /> : null}
        {done && crawl.isPending ? <Skeleton height="160px" /> : null}
      </Stack>
    </>
  );
}
