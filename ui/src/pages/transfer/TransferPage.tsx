import { Box, Grid, Heading, Stack } from "@chakra-ui/react";
import { LuFileUp } from "react-icons/lu";

import { useRuns } from "@/api/runs";
import { useMay } from "@/app/permissions";
import { Empty } from "@/components/Empty";
import { Listing } from "@/components/Listing";
import { PageHead } from "@/components/PageHead";
import { Panel } from "@/components/Panel";
import { RunTable } from "@/components/RunTable";
import { useFilters } from "@/components/useFilters";
import { ExportPanel } from "@/pages/transfer/ExportPanel";
import { ImportForm } from "@/pages/transfer/ImportForm";
import { SheetPanel } from "@/pages/transfer/SheetPanel";

/** The runs that took files in, the latest first. */
function Imports() {
  const { clear, page, setPage } = useFilters([]);
  const answer = useRuns({ page, pageSize: 10, type: "BULK_INGESTION" });
  return (
    <Box as="section" minW={0}>
      <Heading as="h2" mb={2} size="sm">
        Imports
      </Heading>
      <Listing
        answer={answer}
        empty={
          <Empty
            icon={<LuFileUp />}
            text="An import is a run: it goes on after what is stored when it was killed, and tells of each line that it did not take."
            title="No file was imported yet"
          />
        }
        filtered={false}
        noun="import"
        onClear={clear}
        onPage={setPage}
        page={page}
      >
        {(runs, loading) => <RunTable caption="Imports" loading={loading} runs={runs} />}
      </Listing>
    </Box>
  );
}

export default function TransferPage() {
  const may = useMay();
  return (
    <>
      <PageHead title="Import and export" />
      <Stack gap={6}>
        <Grid alignItems="start" gap={4} templateColumns={{ base: "minmax(0, 1fr)", lg: "repeat(2, minmax(0, 1fr))" }}>
          {may("import") ? (
            <Panel title="Import a file">
              <ImportForm />
            </Panel>
          ) : null}
          <Stack gap={4} minW={0}>
            <ExportPanel />
            {may("describe") ? <SheetPanel /> : null}
          </Stack>
        </Grid>
        <Imports />
      </Stack>
    </>
  );
}
