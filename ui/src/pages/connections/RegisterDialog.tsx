import { Stack } from "@chakra-ui/react";
import { useState } from "react";
import { useNavigate } from "react-router";

import { useRegister } from "@/api/connections";
import { DialogButtons } from "@/components/DialogButtons";
import { ErrorNote } from "@/components/ErrorNote";
import { ModalDialog } from "@/components/ModalDialog";
import { SelectField } from "@/components/SelectField";
import { ConnectionFields } from "@/pages/connections/ConnectionFields";
import { created } from "@/pages/connections/document";
import { EMPTY, type System } from "@/pages/connections/draft";
import { useConnectionForm } from "@/pages/connections/useConnectionForm";
import { SYSTEMS } from "@/pages/connections/words";

const FORM_ID = "register-connection";

/** The form that registers a source; on success it shows the connection and tests it. */
export function RegisterDialog({ onClose }: { readonly onClose: () => void }) {
  const [system, setSystem] = useState<System>("postgres");
  const register = useRegister();
  const navigate = useNavigate();
  const form = useConnectionForm(FORM_ID, system, EMPTY[system], register.error);
  const choose = (next: System) => {
    const { environment, id, name, owner } = form.draft;
    setSystem(next);
    form.reset({ ...EMPTY[next], environment, id, name, owner });
    register.reset();
  };
  return (
    <ModalDialog
      footer={<DialogButtons deed="Register and test" form={FORM_ID} onClose={onClose} pending={register.isPending} />}
      onClose={onClose}
      title="Register a connection"
    >
      <form
        id={FORM_ID}
        noValidate
        onSubmit={(event) =>
          form.submit(event, (onError) =>
            register.mutate(
              { document: created(system, form.draft), system },
              {
                onError,
                onSuccess: ({ id }) => {
                  onClose();
                  void navigate(`/connections/${encodeURIComponent(id)}`, { state: { test: true } });
                },
              },
            ),
          )
        }
      >
        <Stack gap={4}>
          <SelectField
            label="System"
            name="system"
            onText={(value) => choose(value as System)}
            options={SYSTEMS}
            value={system}
          />
          <ConnectionFields draft={form.draft} errors={form.errors} onChange={form.onChange} system={system} />
          {register.error !== null && !form.placed ? <ErrorNote error={register.error} /> : null}
        </Stack>
      </form>
    </ModalDialog>
  );
}
