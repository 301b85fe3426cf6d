import { Box, Button, HStack } from "@chakra-ui/react";
import { useState } from "react";
import { LuDownload, LuPlug, LuPlus, LuSearchX } from "react-icons/lu";

import { useConnections } from "@/api/connections";
import { useMay } from "@/app/permissions";
import { Choice } from "@/components/Choice";
import { Empty } from "@/components/Empty";
import { ErrorNote } from "@/components/ErrorNote";
import { PageHead } from "@/components/PageHead";
import { SearchBox } from "@/components/SearchBox";
import { Pager } from "@/components/Pager";
import { useParams } from "@/components/useParams";
import { AdoptDialog } from "@/pages/connections/AdoptDialog";
import { ConnectionTable } from "@/pages/connections/ConnectionTable";
import { RegisterDialog } from "@/pages/connections/RegisterDialog";
import { ENVIRONMENTS, STATUSES } from "@/pages/connections/words";

const PAGE_SIZE = 20;

function Actions() {
  const may = useMay();
  const [open, setOpen] = useState<"adopt" | "register">();
  const close = () => setOpen(undefined);
  return (
    <>
      {may("adopt") ? (
        <Button onClick={() => setOpen("adopt")} variant="outline">
          <LuDownload /> Adopt
        </Button>
      ) : null}
      {may("register") ? (
        <Button onClick={() => setOpen("register")}>
          <LuPlus /> Register a database
        </Button>
      ) : null}
      {open === "adopt" ? <AdoptDialog onClose={close} /> : null}
      {open === "register" ? <RegisterDialog onClose={close} /> : null}
    </>
  );
}

function NoConnections({ filtered, onClear }: { readonly filtered: boolean; readonly onClear: () => void }) {
  if (filtered) {
    return (
      <Empty icon={<LuSearchX />} text="No connection fits the search and filters." title="Nothing found">
        <Button onClick={onClear} variant="outline">
          Show all
        </Button>
      </Empty>
    );
  }
  return (
    <Empty
      icon={<LuPlug />}
      text="Register a database to test it, crawl it, and find its tables and views in the catalog. Any DAG can then use it by its id."
      title="No connections yet"
    />
  );
}

export function ConnectionsPage() {
  const [param, setParams] = useParams();
  const [search, environment, status] = [param("search"), param("environment"), param("status")];
  const page = Math.max(1, Number(param("page")) || 1);
  const { data, error, isPending, refetch } = useConnections({
    environment,
    page,
    pageSize: PAGE_SIZE,
    search,
    status,
  });
  const empty = data !== undefined && data.pagination.totalCount === 0;
  return (
    <>
      <PageHead actions={<Actions />} title="Connections" />
      <HStack align="stretch" flexWrap="wrap" mb={3}>
        <Box flex="1 1 260px">
          <SearchBox
            label="Search connections"
            onChange={(words) => setParams({ page: "", search: words })}
            value={search}
          />
        </Box>
        <Choice
          any="All environments"
          label="Environment"
          onChange={(value) => setParams({ environment: value, page: "" })}
          options={ENVIRONMENTS}
          value={environment}
        />
        <Choice
          any="All statuses"
          label="Status"
          onChange={(value) => setParams({ page: "", status: value })}
          options={STATUSES}
          value={status}
        />
      </HStack>
      {error === null ? null : <ErrorNote error={error} onRetry={() => void refetch()} />}
      {empty ? (
        <NoConnections
          filtered={search !== "" || environment !== "" || status !== ""}
          onClear={() => setParams({ environment: "", page: "", search: "", status: "" })}
        />
      ) : error === null || data !== undefined ? (
        <ConnectionTable connections={data?.data ?? []} loading={isPending} />
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
