import { Alert, Button, Flex, Stack, Text } from "@chakra-ui/react";
import { useRef, useState } from "react";

import { useSheet, type SheetResult } from "@/api/transfer";
import { ErrorNote } from "@/components/ErrorNote";
import { FileField } from "@/components/FileField";
import { plural } from "@/components/format";
import { LineProblems } from "@/components/LineProblems";
import { Panel } from "@/components/Panel";

/** What a sheet did, or would do. */
function Outcome({ result }: { readonly result: SheetResult }) {
  const { changed, dryRun, errorCount, errors, rows, unchanged } = result;
  return (
    <Stack gap={2}>
      <Alert.Root role="status" size="sm" status={errorCount > 0 ? "warning" : dryRun ? "info" : "success"}>
        <Alert.Indicator />
        <Alert.Content>
          <Alert.Title>
            {plural(changed, "asset")} {dryRun ? "would change" : "changed"}
          </Alert.Title>
          <Alert.Description>
            Of {plural(rows, "row")}, {unchanged} are as they were and {errorCount} {errorCount === 1 ? "is" : "are"} wrong.
            {errorCount > errors.length ? ` The first ${errors.length} are listed.` : ""}
          </Alert.Description>
        </Alert.Content>
      </Alert.Root>
      {errors.length === 0 ? null : <LineProblems caption="Rows that are wrong" noun="Row" problems={errors} />}
    </Stack>
  );
}

/** Descriptions, tags and owners from a spreadsheet: looked at first, then written. */
export function SheetPanel() {
  const [file, setFile] = useState<File>();
  const sheet = useSheet();
  const asked = useRef<"check" | "write">("check");
  const take = (given: File, dryRun: boolean) => {
    asked.current = dryRun ? "check" : "write";
    sheet.mutate({ dryRun, file: given, onSent: () => undefined, signal: new AbortController().signal });
  };
  const busy = (deed: "check" | "write") => sheet.isPending && asked.current === deed;
  const ready = sheet.data?.dryRun === true && sheet.data.changed > 0;
  return (
    <Panel title="From a spreadsheet">
      <Stack gap={3}>
        <FileField
          accept=".csv,text/csv"
          disabled={sheet.isPending}
          help="The CSV of descriptions, changed by you, of at most 16 MB; an empty cell empties, a column that is left out stays"
          label="CSV"
          onFile={(chosen) => {
            setFile(chosen);
            sheet.reset();
          }}
        />
        {sheet.error === null ? null : <ErrorNote error={sheet.error} title="The file was not taken" />}
        {sheet.data === undefined ? (
          <Text color="fg.muted" fontSize="sm">
            It is looked at first: you see what would change before anything does.
          </Text>
        ) : (
          <Outcome result={sheet.data} />
        )}
        <Flex gap={2} justify="flex-end" wrap="wrap">
          <Button
            disabled={file === undefined || sheet.isPending}
            loading={busy("check")}
            onClick={() => (file === undefined ? undefined : take(file, true))}
            variant="outline"
          >
            See what would change
          </Button>
          {file !== undefined && ready ? (
            <Button loading={busy("write")} onClick={() => take(file, false)}>
              Change {plural(sheet.data?.changed ?? 0, "asset")}
            </Button>
          ) : null}
        </Flex>
      </Stack>
    </Panel>
  );
}
