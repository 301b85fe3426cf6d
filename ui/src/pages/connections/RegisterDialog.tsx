import { Button, Stack } from "@chakra-ui/react";
import { useState, type FormEvent } from "react";
import { useNavigate } from "react-router";

import { useRegister } from "@/api/connections";
import { ErrorNote } from "@/components/ErrorNote";
import { ModalDialog } from "@/components/ModalDialog";
import { check, EMPTY, fieldErrors, toRequest, type Draft, type DraftErrors } from "@/pages/connections/draft";
import { RegisterFields } from "@/pages/connections/RegisterFields";

const FORM_ID = "register-connection";

function focusFirst(errors: DraftErrors): void {
  const [name] = Object.keys(errors);
  if (name !== undefined) {
    document.querySelector<HTMLElement>(`#${FORM_ID} [name="${name}"]`)?.focus();
  }
}

/** The form that registers a PostgreSQL database; on success it shows the connection and tests it. */
export function RegisterDialog({ onClose }: { readonly onClose: () => void }) {
  const [draft, setDraft] = useState<Draft>(EMPTY);
  const [tried, setTried] = useState(false);
  const register = useRegister();
  const navigate = useNavigate();
  const seen = tried ? check(draft) : {};
  const refused = fieldErrors(register.error);
  const errors = { ...refused, ...seen };

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    const found = check(draft);
    if (Object.keys(found).length > 0) {
      focusFirst(found);
      return;
    }
    register.mutate(toRequest(draft), {
      onError: (error) => focusFirst(fieldErrors(error)),
      onSuccess: ({ id }) => {
        onClose();
        void navigate(`/connections/${encodeURIComponent(id)}`, { state: { test: true } });
      },
    });
  };

  return (
    <ModalDialog
      footer={
        <>
          <Button onClick={onClose} variant="outline">
            Cancel
          </Button>
          <Button form={FORM_ID} loading={register.isPending} type="submit">
            Register and test
          </Button>
        </>
      }
      onClose={onClose}
      title="Register a PostgreSQL database"
    >
      <form id={FORM_ID} noValidate onSubmit={submit}>
        <Stack gap={4}>
          <RegisterFields draft={draft} errors={errors} onChange={(change) => setDraft({ ...draft, ...change })} />
          {register.error !== null && Object.keys(refused).length === 0 ? <ErrorNote error={register.error} /> : null}
        </Stack>
      </form>
    </ModalDialog>
  );
}
