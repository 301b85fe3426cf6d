import { Button, Stack } from "@chakra-ui/react";
import { useState, type FormEvent } from "react";

import { useCreateWebhook } from "@/api/webhooks";
import { DialogButtons } from "@/components/DialogButtons";
import { ErrorNote } from "@/components/ErrorNote";
import { ModalDialog } from "@/components/ModalDialog";
import { SecretNote } from "@/pages/webhooks/SecretNote";
import { isWhole, WebhookFields, type WebhookDraft } from "@/pages/webhooks/WebhookFields";

const FORM_ID = "create-webhook";

/** Says where to send what, and shows the secret that signs it. */
export function CreateWebhookDialog({ onClose }: { readonly onClose: () => void }) {
  const [draft, setDraft] = useState<WebhookDraft>({ events: [], name: "", url: "" });
  const create = useCreateWebhook();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isWhole(draft)) {
      create.mutate({ events: draft.events, name: draft.name.trim(), url: draft.url.trim() });
    }
  };
  if (create.data !== undefined) {
    return (
      <ModalDialog
        footer={
          <Button onClick={onClose} variant="outline">
            Close
          </Button>
        }
        onClose={onClose}
        size="md"
        title={`${create.data.name} is there`}
      >
        <SecretNote secret={create.data.secret} />
      </ModalDialog>
    );
  }
  return (
    <ModalDialog
      footer={<DialogButtons deed="Create the webhook" disabled={!isWhole(draft)} form={FORM_ID} onClose={onClose} pending={create.isPending} />}
      onClose={onClose}
      size="md"
      title="Create a webhook"
    >
      <form id={FORM_ID} noValidate onSubmit={submit}>
        <Stack gap={4}>
          <WebhookFields draft={draft} onDraft={setDraft} />
          <ErrorNote error={create.error} />
        </Stack>
      </form>
    </ModalDialog>
  );
}
