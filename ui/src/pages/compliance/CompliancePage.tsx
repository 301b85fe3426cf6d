import { Button, Flex } from "@chakra-ui/react";
import { useState } from "react";
import { LuScanSearch, LuShieldCheck } from "react-icons/lu";

import { useComplianceStatus, useViolations } from "@/api/compliance";
import { useMay } from "@/app/permissions";
import { Choice } from "@/components/Choice";
import { ConnectionChoice } from "@/components/ConnectionChoice";
import { Empty } from "@/components/Empty";
import { ErrorNote } from "@/components/ErrorNote";
import { FilterBar } from "@/components/FilterBar";
import { words } from "@/components/format";
import { Listing } from "@/components/Listing";
import { PageHead } from "@/components/PageHead";
import { SEVERITIES } from "@/components/severity";
import { useFilters } from "@/components/useFilters";
import { Reports } from "@/pages/compliance/Reports";
import { ScanDialog } from "@/pages/compliance/ScanDialog";
import { ScanRuns } from "@/pages/compliance/ScanRuns";
import { StandardCards } from "@/pages/compliance/StandardCards";
import { ViolationTable } from "@/pages/compliance/ViolationTable";

const PAGE_SIZE = 25;
const NAMES = ["standard", "severity", "connectionId", "status", "assetId", "rule"] as const;
/** The status that shows all of them; an address without one shows what is open. */
const ANY = "any";

const STATUSES = [
  ["open", "Open"],
  ["closed", "Closed"],
  [ANY, "Open and closed"],
] as const;

function Nothing({ scanned }: { readonly scanned: boolean }) {
  return scanned ? (
    <Empty
      icon={<LuShieldCheck />}
      text="Every rule that could be judged is kept. Scans look again; what comes up stands here with its evidence and its remedy."
      title="No violation"
    />
  ) : (
    <Empty
      icon={<LuScanSearch />}
      text="A scan looks for personal data, judges the rules of each standard over what is known of the sources, and says what helps."
      title="Nothing was scanned yet"
    />
  );
}

/** How the sources stand against each standard, what violates it, and what to do. */
export default function CompliancePage() {
  const may = useMay();
  const [scanning, setScanning] = useState(false);
  const { clear, filtered, page, set, setPage, values } = useFilters(NAMES, { status: "open" });
  const status = useComplianceStatus();
  const answer = useViolations({
    ...values,
    page,
    pageSize: PAGE_SIZE,
    status: values.status === ANY ? "" : values.status,
  });
  const standards = status.data?.standards;
  return (
    <>
      <PageHead
        actions={
          may("scan") ? (
            <Button onClick={() => setScanning(true)}>
              <LuScanSearch /> Scan
            </Button>
          ) : null
        }
        title="Compliance"
      />
      <ScanRuns />
      {status.error === null ? (
        <StandardCards
          chosen={values.standard}
          onChoose={(standard) => set("standard", standard)}
          standards={standards}
        />
      ) : (
        <ErrorNote error={status.error} onRetry={() => void status.refetch()} />
      )}
      <Flex align="flex-start" columnGap={4} justify="space-between" wrap="wrap">
        <FilterBar>
          <Choice
            any="All standards"
            label="Standard"
            onChange={(value) => set("standard", value)}
            options={(standards ?? []).map(({ standard }) => [standard, standard] as const)}
            value={values.standard}
          />
          <Choice
            any="All severities"
            label="Severity"
            onChange={(value) => set("severity", value)}
            options={SEVERITIES.map((severity) => [severity, words(severity)] as const)}
            value={values.severity}
          />
          <ConnectionChoice onChange={(value) => set("connectionId", value)} value={values.connectionId} />
          <Choice label="Status" onChange={(value) => set("status", value)} options={STATUSES} value={values.status} />
        </FilterBar>
        <Flex mb={3}>
          <Reports query={{ connectionId: values.connectionId, standard: values.standard }} />
        </Flex>
      </Flex>
      <Listing
        answer={answer}
        empty={<Nothing scanned={standards?.some(({ lastScan }) => lastScan !== null) === true} />}
        filtered={filtered}
        noun="violation"
        onClear={clear}
        onPage={setPage}
        page={page}
      >
        {(violations, loading) => (
          <ViolationTable key={JSON.stringify([values, page])} loading={loading} violations={violations} />
        )}
      </Listing>
      {scanning ? <ScanDialog onClose={() => setScanning(false)} /> : null}
    </>
  );
}
