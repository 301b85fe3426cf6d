import { Button } from "@chakra-ui/react";
import { LuScrollText, LuSearchX } from "react-icons/lu";

import { AUDITS_A_PAGE, useAudits } from "@/api/history";
import { AuditTable } from "@/components/AuditTable";
import { Choice } from "@/components/Choice";
import { Empty } from "@/components/Empty";
import { ErrorNote } from "@/components/ErrorNote";
import { FilterBar } from "@/components/FilterBar";
import { words } from "@/components/format";
import { PageHead } from "@/components/PageHead";
import { Pager } from "@/components/Pager";
import { useFilters } from "@/components/useFilters";

const KINDS = [
  "ASSET", "AUDIT", "CATALOG", "CLASSIFICATION", "COMPLIANCE", "CONNECTION", "CRAWL", "DATA_PRODUCT", "DOMAIN", "FINDING", "KEY",
  "LOGIN_TICKET", "REFRESH_TOKEN", "RELATIONSHIP", "SCAN", "TAG", "TASK", "TERM", "UPLOAD", "USER", "VIOLATION", "WEBHOOK",
].map((kind) => [kind, words(kind)] as const);

/** Who changed what on the platform, and what was refused, from the log that nobody can change. */
export default function AuditPage() {
  const { clear, filtered, page, set, setPage, values } = useFilters(["kind"]);
  const { data, error, isPending, refetch } = useAudits({ entity_type: values.kind }, page);
  const nothing = data?.pagination.total === 0;
  return (
    <>
      <PageHead title="Audit" />
      <FilterBar>
        <Choice any="Changes of everything" label="What" onChange={(kind) => set("kind", kind)} options={KINDS} value={values.kind} />
      </FilterBar>
      {error === null ? null : <ErrorNote error={error} onRetry={() => void refetch()} />}
      {nothing && filtered ? (
        <Empty icon={<LuSearchX />} text="Nothing of this kind was changed." title="Nothing found">
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
