import { Button, Checkbox, Fieldset, Stack } from "@chakra-ui/react";
import { useState, type FormEvent } from "react";

import { useCreateWebhook } from "@/api/webhooks";
import { ErrorNote } from "@/components/ErrorNote";
import { ModalDialog } from "@/components/ModalDialog";
import { TextField } from "@/components/TextField";
import { KINDS } from "@/pages/webhooks/events";
import { SecretNote } from "@/pages/webhooks/SecretNote";

const FORM_ID = "create-webhook";

/** Says where to send what, and shows the secret that signs it. */
export function CreateWebhookDialog({ onClose }: { readonly onClose: () => void }) {
  const [name, setName] = useState("");
  const [url, setUrl] = useState("");
  const [events, setEvents] = useState<readonly string[]>([]);
  const create = useCreateWebhook();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate({ events, name: name.trim(), url: url.trim() });
  };
  const made = create.data !== undefined;
  return (
    <ModalDialog
      footer={
        <>
          <Button onClick={onClose} variant="outline">
            {made ? "Close" : "Cancel"}
          </Button>
          {made ? null : (
            <Button disabled={name.trim() === "" || url.trim() === ""} form={FORM_ID} loading={create.isPending} type="submit">
              Create the webhook
            </Button>
          )}
        </>
      }
      onClose={onClose}
      size="md"
      title={made ? `${create.data.name} is there` : "Create a webhook"}
    >
      {made ? (
        <SecretNote secret={create.data.secret} />
      ) : (
        <form id={FORM_ID} noValidate onSubmit={submit}>
          <Stack gap={4}>
            <TextField autoComplete="off" label="Name" maxLength={100} name="name" onText={setName} required value={name} />
            <TextField
              autoComplete="off"
              help="An https address that the platform may call; private networks are closed to webhooks"
              label="Address"
              name="url"
              onText={setUrl}
              placeholder="https://hooks.example.com/crosswind"
              required
              type="url"
              value={url}
            />
            <Fieldset.Root size="sm">
              <Fieldset.Legend fontSize="sm" fontWeight="medium">
                What is sent
              </Fieldset.Legend>
              <Fieldset.HelperText>Without a choice, everything that you may read now.</Fieldset.HelperText>
              <Stack gap={2} mt={2}>
                {KINDS.map(([kind, text]) => (
                  <Checkbox.Root
                    checked={events.includes(kind)}
                    key={kind}
                    onCheckedChange={() => setEvents(events.includes(kind) ? events.filter((each) => each !== kind) : [...events, kind])}
                    size="sm"
                  >
                    <Checkbox.HiddenInput />
                    <Checkbox.Control />
                    <Checkbox.Label>{text}</Checkbox.Label>
                  </Checkbox.Root>
                ))}
              </Stack>
            </Fieldset.Root>
            {create.error === null ? null : <ErrorNote error={create.error} />}
          </Stack>
        </form>
      )}
    </ModalDialog>
  );
}
