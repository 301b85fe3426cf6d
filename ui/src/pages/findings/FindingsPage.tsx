import { Text } from "@chakra-ui/react";
import { LuFingerprint } from "react-icons/lu";

import { useFindings, useFindingSummary } from "@/api/findings";
import type { FindingSummary } from "@/api/governanceTypes";
import { Choice } from "@/components/Choice";
import { ConnectionChoice } from "@/components/ConnectionChoice";
import { Empty } from "@/components/Empty";
import { FilterBar } from "@/components/FilterBar";
import { KIND_OPTIONS } from "@/components/finding";
import { count } from "@/components/format";
import { Listing } from "@/components/Listing";
import { PageHead } from "@/components/PageHead";
import { RouteLink } from "@/components/RouteLink";
import { useFilters } from "@/components/useFilters";
import { FindingTable } from "@/pages/findings/FindingTable";

const PAGE_SIZE = 50;
const NAMES = ["status", "kind", "connectionId", "minConfidence", "assetId"] as const;
/** The status that shows all of them; an address without one shows what waits. */
const ANY = "any";

const STATUSES = [
  ["proposed", "To decide"],
  ["confirmed", "Confirmed"],
  ["rejected", "Rejected"],
  [ANY, "All statuses"],
] as const;

const SURENESS = [
  ["0.9", "At least 90 %"],
  ["0.7", "At least 70 %"],
  ["0.5", "At least 50 %"],
] as const;

function Totals({ summary }: { readonly summary: FindingSummary | undefined }) {
  const total = (status: "confirmed" | "proposed" | "rejected") =>
    summary?.kinds.reduce((sum, kind) => sum + kind[status], 0) ?? 0;
  return (
    <Text color="fg.muted" fontSize="sm" minH={5}>
      {summary === undefined
        ? ""
        : `${count(total("proposed"))} to decide · ${count(total("confirmed"))} confirmed · ${count(total("rejected"))} rejected`}
    </Text>
  );
}

function Nothing({ waiting }: { readonly waiting: boolean }) {
  return (
    <Empty
      icon={<LuFingerprint />}
      text={
        waiting
          ? "A scan looks at names and a bounded sample of each column; what looks like personal data waits here for somebody to confirm or reject it. Samples are never stored."
          : "Every finding that fits was decided on."
      }
      title={waiting ? "Nothing waits for a decision" : "Nothing here"}
    >
      <RouteLink to="/compliance">Scan the connections</RouteLink>
    </Empty>
  );
}

/** Personal data that scans found, for people to confirm or reject. */
export default function FindingsPage() {
  const { clear, filtered, page, set, setPage, values } = useFilters(NAMES, { status: "proposed" });
  const status = values.status === ANY ? "" : values.status;
  const answer = useFindings({ ...values, page, pageSize: PAGE_SIZE, status });
  const { data: summary } = useFindingSummary();
  const figures = new Map(summary?.kinds.map((each) => [each.kind, each.proposed]));
  return (
    <>
      <PageHead title="Personal data">
        <Totals summary={summary} />
      </PageHead>
      <FilterBar>
        <Choice label="Status" onChange={(value) => set("status", value)} options={STATUSES} value={values.status} />
        <Choice
          any="All kinds"
          label="Kind"
          onChange={(value) => set("kind", value)}
          options={KIND_OPTIONS.map(([kind, name]) => [kind, `${name} (${figures.get(kind) ?? 0})`] as const)}
          value={values.kind}
        />
        <ConnectionChoice onChange={(value) => set("connectionId", value)} value={values.connectionId} />
        <Choice
          any="However sure"
          label="Confidence"
          onChange={(value) => set("minConfidence", value)}
          options={SURENESS}
          value={values.minConfidence}
        />
      </FilterBar>
      <Listing
        answer={answer}
        empty={<Nothing waiting={status === "proposed"} />}
        filtered={filtered}
        noun="finding"
        onClear={clear}
        onPage={setPage}
        page={page}
      >
        {(findings, loading) => (
          <FindingTable findings={findings} key={JSON.stringify([values, page])} loading={loading} />
        )}
      </Listing>
    </>
  );
}
