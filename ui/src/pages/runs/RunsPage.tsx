import { LuActivity } from "react-icons/lu";

import { useRuns } from "@/api/runs";
import { Choice } from "@/components/Choice";
import { Empty } from "@/components/Empty";
import { FilterBar } from "@/components/FilterBar";
import { Listing } from "@/components/Listing";
import { PageHead } from "@/components/PageHead";
import { RouteLink } from "@/components/RouteLink";
import { PRIORITIES } from "@/components/run";
import { RunTable } from "@/components/RunTable";
import { useFilters } from "@/components/useFilters";

const PAGE_SIZE = 20;
const NAMES = ["status", "type", "priority"] as const;

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
  ["COMPLIANCE_SCAN", "Compliance scan"],
  ["BULK_INGESTION", "Bulk ingestion"],
] as const;

export default function RunsPage() {
  const { clear, filtered, page, set, setPage, values } = useFilters(NAMES);
  const answer = useRuns({ ...values, page, pageSize: PAGE_SIZE });
  return (
    <>
      <PageHead title="Runs" />
      <FilterBar>
        <Choice
          any="All statuses"
          label="Status"
          onChange={(status) => set("status", status)}
          options={STATUSES}
          value={values.status}
        />
        <Choice any="All kinds" label="Kind" onChange={(type) => set("type", type)} options={TYPES} value={values.type} />
        <Choice
          any="All priorities"
          label="Priority"
          onChange={(priority) => set("priority", priority)}
          options={PRIORITIES.map(([value, text]) => [value, `Priority ${text}`] as const)}
          value={values.priority}
        />
      </FilterBar>
      <Listing
        answer={answer}
        empty={
          <Empty
            icon={<LuActivity />}
            text="Crawls, scans and imports are runs: they fill the catalog, and each is a DAG run in Airflow."
            title="Nothing has run yet"
          >
            <RouteLink to="/connections">Crawl a connection</RouteLink>
          </Empty>
        }
        filtered={filtered}
        noun="run"
        onClear={clear}
        onPage={setPage}
        page={page}
      >
        {(runs, loading) => <RunTable loading={loading} runs={runs} />}
      </Listing>
    </>
  );
}
