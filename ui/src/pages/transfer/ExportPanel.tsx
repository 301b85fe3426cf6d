import { Button, Stack, Text } from "@chakra-ui/react";
import { LuDownload } from "react-icons/lu";

import { EXPORT, SHEET } from "@/api/transfer";
import { Panel } from "@/components/Panel";

/** The catalog as a file: all of it, or what people write as a sheet. */
export function ExportPanel() {
  return (
    <Panel title="Export">
      <Stack align="flex-start" fontSize="sm" gap={3}>
        <Text color="fg.muted">
          Everything that you may see: assets with their columns, relationships, tags and classifications, as it is at this moment. An
          import takes the same format.
        </Text>
        <Button asChild variant="outline">
          <a download="catalog.jsonl.gz" href={EXPORT}>
            <LuDownload /> The catalog (JSON lines, gzip)
          </a>
        </Button>
        <Text color="fg.muted">For a spreadsheet: descriptions, tags and owners, an asset a row.</Text>
        <Button asChild variant="outline">
          <a download="descriptions.csv" href={SHEET}>
            <LuDownload /> Descriptions (CSV)
          </a>
        </Button>
      </Stack>
    </Panel>
  );
}
