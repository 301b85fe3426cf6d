import { Button, HStack } from "@chakra-ui/react";
import { LuActivity, LuSearchX } from "react-icons/lu";

import { useRuns } from "@/api/runs";
import { Choice } from "@/components/Choice";
import { Empty } from "@/components/Empty";
import { ErrorNote } from "@/components/ErrorNote";
import { PageHead } from "@/components/PageHead";
import { Pager } from "@/components/Pager";
import { RouteLink } from "@/components/RouteLink";
import { RunTable } from "@/components/RunTable";
import { useParams } from "@/components/useParams";

const PAGE_SIZE = 20;

const STATUSES = [
  ["RUNNING", "Running"],
  ["PENDING", "Pending"],
  ["COMPLETED", "Completed"],
  ["FAILED", "Failed"],
  ["CANCELLED", "Cancelled"],
] as const;

const TYPES = [
  ["CRAWL", "Crawl"],
  ["DISCOVERY", "Discovery"],
] as const;

export default function RunsPage() {
  const [param, setParams] = useParams();
  const [status, type] = [param("status"), param("type")];
  const page = Math.max(1, Number(param("page")) || 1);
  const { data, error, isPending, refetch } = useRuns({ page, pageSize: PAGE_SIZE, status, type });
  const filtered = status !== "" || type !== "";
  return (
    <>
      <PageHead title="Runs" />
      <HStack mb={3} wrap="wrap">
        <Choice
          any="All statuses"
          label="Status"
          onChange={(value) => setParams({ page: "", status: value })}
          options={STATUSES}
          value={status}
        />
        <Choice
          any="All kinds"
          label="Kind"
          onChange={(value) => setParams({ page: "", type: value })}
          options={TYPES}
          value={type}
        />
      </HStack>
      {error === null ? null : <ErrorNote error={error} onRetry={() => void refetch()} />}
      {data?.pagination.totalCount === 0 ? (
        filtered ? (
          <Empty icon={<LuSearchX />} text="No run fits the filters." title="Nothing found">
            <Button onClick={() => setParams({ page: "", status: "", type: "" })} variant="outline">
              Show all
            </Button>
          </Empty>
        ) : (
          <Empty
            icon={<LuActivity />}
            text="A crawl is a run: it reads a connection's tables and views into the catalog, and each is a DAG run in Airflow."
            title="Nothing has run yet"
          >
            <RouteLink to="/connections">Crawl a connection</RouteLink>
          </Empty>
        )
      ) : error === null || data !== undefined ? (
        <RunTable loading={isPending} runs={data?.data ?? []} />
      ) : null}
      {data === undefined ? null : (
        <Pager
          onPage={(next) => setParams({ page: String(next) })}
          page={page}
          pageSize={PAGE_SIZE}
          total={data.pagination.totalCount}
        />
      )}
    </>
  );
}
