import { Button, Code, Stack, Text } from "@chakra-ui/react";
import { useState } from "react";
import { useNavigate } from "react-router";

import { useDeleteConnection } from "@/api/connections";
import type { Connection } from "@/api/types";
import { label } from "@/components/connection";
import { ErrorNote } from "@/components/ErrorNote";
import { ModalDialog } from "@/components/ModalDialog";
import { TextField } from "@/components/TextField";

/** Deletes a connection once its id was typed. */
export function DeleteDialog({ connection, onClose }: { readonly connection: Connection; readonly onClose: () => void }) {
  const [typed, setTyped] = useState("");
  const remove = useDeleteConnection(connection);
  const navigate = useNavigate();
  const { id } = connection;
  const submit = () => {
    if (typed === id) {
      remove.mutate(undefined, { onSuccess: () => void navigate("/connections", { replace: true }) });
    }
  };
  return (
    <ModalDialog
      footer={
        <>
          <Button onClick={onClose} variant="outline">
            Keep it
          </Button>
          <Button colorPalette="danger" disabled={typed !== id} loading={remove.isPending} onClick={submit}>
            Delete the connection
          </Button>
        </>
      }
      onClose={onClose}
      size="md"
      title={`Delete ${label(connection)}?`}
    >
      <Stack gap={4}>
        <Text>
          Its tables, views and what people wrote on them leave the catalog, and DAGs that use the id can no longer
          connect. An Airflow connection that was adopted stays in Airflow; one that was made here goes with it.
        </Text>
        <TextField
          autoComplete="off"
          label={`Type ${id} to go on`}
          name="confirmation"
          onKeyDown={(event) => {
            if (event.key === "Enter") {
              event.preventDefault();
              submit();
            }
          }}
          onText={setTyped}
          spellCheck={false}
          value={typed}
        />
        <Text color="fg.muted" fontSize="sm">
          Its id is <Code size="sm">{id}</Code>.
        </Text>
        {remove.error === null ? null : <ErrorNote error={remove.error} />}
      </Stack>
    </ModalDialog>
  );
}
