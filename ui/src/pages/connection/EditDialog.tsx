import { Stack } from "@chakra-ui/react";
import { useState } from "react";

import { useUpdateConnection } from "@/api/connections";
import { ApiError } from "@/api/error";
import type { Connection } from "@/api/types";
import { label } from "@/components/connection";
import { DialogButtons } from "@/components/DialogButtons";
import { ErrorNote } from "@/components/ErrorNote";
import { ModalDialog } from "@/components/ModalDialog";
import { ConnectionFields } from "@/pages/connections/ConnectionFields";
import { draftOf, edited, systemOf } from "@/pages/connections/document";
import { useConnectionForm } from "@/pages/connections/useConnectionForm";

const FORM_ID = "edit-connection";
const STALE = "Somebody changed the connection meanwhile. Close this, look at what it is now, and edit it again.";

/** Changes a connection; what the form does not show of its document stays as it is. */
export function EditDialog({ connection, onClose }: { readonly connection: Connection; readonly onClose: () => void }) {
  const [stood] = useState(connection);
  const [before] = useState(() => draftOf(connection));
  const update = useUpdateConnection(stood);
  const system = systemOf(stood);
  const form = useConnectionForm(FORM_ID, system, before, update.error);
  const stale = update.error instanceof ApiError && update.error.status === 409 && !form.placed;
  return (
    <ModalDialog
      footer={<DialogButtons deed="Save" form={FORM_ID} onClose={onClose} pending={update.isPending} />}
      onClose={onClose}
      title={`Edit ${label(stood)}`}
    >
      <form
        id={FORM_ID}
        noValidate
        onSubmit={(event) =>
          form.submit(event, (onError) =>
            update.mutate(edited(stood, before, form.draft), { onError, onSuccess: onClose }),
          )
        }
      >
        <Stack gap={4}>
          <ConnectionFields draft={form.draft} editing errors={form.errors} onChange={form.onChange} system={system} />
          {update.error !== null && !form.placed ? (
            <ErrorNote error={stale ? new ApiError(409, { error: { code: update.error.name, message: STALE } }) : update.error} />
          ) : null}
        </Stack>
      </form>
    </ModalDialog>
  );
}
