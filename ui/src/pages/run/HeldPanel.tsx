import { Button, Stack, Text } from "@chakra-ui/react";
import { useState } from "react";

import type { DiffEntry } from "@/api/catalogTypes";
import { useRelease } from "@/api/runs";
import { useMay } from "@/app/permissions";
import { ErrorNote } from "@/components/ErrorNote";
import { plural } from "@/components/format";
import { ModalDialog } from "@/components/ModalDialog";
import { DiffPanel } from "@/pages/run/DiffPanel";

type Props = { readonly held: readonly DiffEntry[]; readonly taskId: string; readonly total: number };

/** Removals too many to believe at once: a person decides. */
export function HeldPanel({ held, taskId, total }: Props) {
  const may = useMay();
  const release = useRelease(taskId);
  const [asking, setAsking] = useState(false);
  const close = () => setAsking(false);
  const button = (
    <Button colorPalette="danger" onClick={() => setAsking(true)} size="xs" variant="outline">
      Release …
    </Button>
  );
  return (
    <DiffPanel action={may("release") ? button : undefined} entries={held} state="held" title="Held back" total={total}>
      <Stack gap={2} mb={3}>
        <Text color="fg.muted" fontSize="sm">
          These vanished from the source, more at once than is usual. They stay in the catalog until somebody releases
          their removal.
        </Text>
        {release.error === null ? null : <ErrorNote error={release.error} />}
      </Stack>
      {asking ? (
        <ModalDialog
          footer={
            <>
              <Button onClick={close} variant="outline">
                Keep them
              </Button>
              <Button
                colorPalette="danger"
                loading={release.isPending}
                onClick={() => release.mutate(undefined, { onSettled: close })}
              >
                Remove {plural(total, "asset")}
              </Button>
            </>
          }
          onClose={close}
          size="sm"
          title="Release the removals?"
        >
          <Text>
            {plural(total, "asset")} will be marked as removed. What people wrote on them is kept and comes back
            with them.
          </Text>
        </ModalDialog>
      ) : null}
    </DiffPanel>
  );
}
