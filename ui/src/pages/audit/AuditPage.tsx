import { Box, Button } from "@chakra-ui/react";
import { LuScrollText, LuSearchX } from "react-icons/lu";

import { AUDITS_A_PAGE, useAudits } from "@/api/history";
import { AuditTable } from "@/components/AuditTable";
import { Choice } from "@/components/Choice";
import { DayField } from "@/components/DayField";
import { Empty } from "@/components/Empty";
import { ErrorNote } from "@/components/ErrorNote";
import { FilterBar } from "@/components/FilterBar";
import { words } from "@/components/format";
import { PageHead } from "@/components/PageHead";
import { Pager } from "@/components/Pager";
import { SearchBox } from "@/components/SearchBox";
import { useFilters } from "@/components/useFilters";
import { KINDS } from "@/pages/audit/kinds";

const WHAT = KINDS.map((kind) => [kind, words(kind)] as const);

const ACTIONS = ["COMPLETE", "CREATE", "DELETE", "EXPORT", "IMPORT", "INGEST", "PURGE", "RESTORE", "UPDATE"].map(
  (action) => [action, words(action)] as const,
);

const OUTCOMES = [
  ["success", "What was done"],
  ["denied", "What was refused"],
] as const;

/** The moment at which a day begins here, or the day that many days later; nothing where an address names no day. */
const begins = (day: string, later = 0) => {
  const moment = new Date(`${day}T00:00`);
  if (Number.isNaN(moment.getTime())) {
    return "";
  }
  moment.setDate(moment.getDate() + later);
  return moment.toISOString();
};

/** Who changed what on the platform, and what was refused, from the log that nobody can change. */
export default function AuditPage() {
  const { clear, filtered, page, set, setPage, values } = useFilters(["kind", "action", "outcome", "actor", "from", "to"]);
  const { action, actor, from, kind, outcome, to } = values;
  const asked = { action, actor, entity_type: kind, from: begins(from), outcome, to: begins(to, 1) };
  const { data, error, isPending, refetch } = useAudits(asked, page);
  const nothing = data?.pagination.total === 0;
  return (
    <>
      <PageHead title="Audit" />
      <FilterBar>
        <Choice any="Changes of everything" label="What" onChange={(value) => set("kind", value)} options={WHAT} value={kind} />
        <Choice any="All actions" label="Action" onChange={(value) => set("action", value)} options={ACTIONS} value={action} />
        <Choice any="Done or refused" label="Outcome" onChange={(value) => set("outcome", value)} options={OUTCOMES} value={outcome} />
        <Box width="220px">
          <SearchBox label="Account of a person or key" onChange={(value) => set("actor", value)} value={actor} />
        </Box>
        <DayField label="From this day" max={to} onDay={(day) => set("from", day)} value={from} />
        <DayField label="To this day" min={from} onDay={(day) => set("to", day)} value={to} />
      </FilterBar>
      {error === null ? null : <ErrorNote error={error} onRetry={() => void refetch()} />}
      {nothing && filtered ? (
        <Empty icon={<LuSearchX />} text="Nothing in the audit fits these filters." title="Nothing found">
          <Button onClick={clear} variant="outline">
            Show all
          </Button>
        </Empty>
      ) : null}
      {nothing && !filtered ? (
        <Empty icon={<LuScrollText />} text="Each change, and each try that was refused, is written here." title="Nothing was changed yet" />
      ) : null}
      {!nothing && (error === null || data !== undefined) ? (
        <AuditTable audits={data?.data ?? []} caption="Audit" loading={isPending} withEntity />
      ) : null}
      {data === undefined ? null : (
        <Pager onPage={setPage} page={page} pageSize={AUDITS_A_PAGE} total={data.pagination.total} />
      )}
    </>
  );
}
