import { Box, Button } from "@chakra-ui/react";
import { useState } from "react";
import { LuDownload, LuPlug, LuPlus } from "react-icons/lu";

import { useConnections } from "@/api/connections";
import { useMay } from "@/app/permissions";
import { Choice } from "@/components/Choice";
import { Empty } from "@/components/Empty";
import { FilterBar } from "@/components/FilterBar";
import { Listing } from "@/components/Listing";
import { PageHead } from "@/components/PageHead";
import { SearchBox } from "@/components/SearchBox";
import { useFilters } from "@/components/useFilters";
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
          <LuPlus /> Register a connection
        </Button>
      ) : null}
      {open === "adopt" ? <AdoptDialog onClose={close} /> : null}
      {open === "register" ? <RegisterDialog onClose={close} /> : null}
    </>
  );
}

const NAMES = ["search", "environment", "status"] as const;

export function ConnectionsPage() {
  const { clear, filtered, page, set, setPage, values } = useFilters(NAMES);
  const answer = useConnections({ ...values, page, pageSize: PAGE_SIZE });
  return (
    <>
      <PageHead actions={<Actions />} title="Connections" />
      <FilterBar>
        <Box flex="1 1 260px">
          <SearchBox label="Search connections" onChange={(search) => set("search", search)} value={values.search} />
        </Box>
        <Choice
          any="All environments"
          label="Environment"
          onChange={(environment) => set("environment", environment)}
          options={ENVIRONMENTS}
          value={values.environment}
        />
        <Choice
          any="All statuses"
          label="Status"
          onChange={(status) => set("status", status)}
          options={STATUSES}
          value={values.status}
        />
      </FilterBar>
      <Listing
        answer={answer}
        empty={
          <Empty
            icon={<LuPlug />}
            text="Register a database or a bucket to test it, crawl it, and find what is in it in the catalog. Any DAG can then use it by its id."
            title="No connections yet"
          />
        }
        filtered={filtered}
        noun="connection"
        onClear={clear}
        onPage={setPage}
        page={page}
      >
        {(connections, loading) => <ConnectionTable connections={connections} loading={loading} />}
      </Listing>
    </>
  );
}
