import { Skeleton, Stack, Text } from "@chakra-ui/react";
import { useState, type FormEvent } from "react";

import { useChangeWebhook, useWebhook, type Versioned, type Webhook } from "@/api/webhooks";
import { DialogButtons } from "@/components/DialogButtons";
import { ErrorNote } from "@/components/ErrorNote";
import { ModalDialog } from "@/components/ModalDialog";
import { changed } from "@/pages/webhooks/events";
import { isWhole, WebhookFields, type WebhookDraft } from "@/pages/webhooks/WebhookFields";

const FORM_ID = "edit-webhook";

type Props = { readonly onClose: () => void; readonly webhook: Webhook };

function Editor({ found, onClose }: { readonly found: Versioned; readonly onClose: () => void }) {
  const { etag, webhook } = found;
  const [base] = useState(webhook);
  const [draft, setDraft] = useState<WebhookDraft>({ events: base.events, name: base.name, url: base.url });
  const saving = useChangeWebhook(base.id, etag);
  const change = changed(base, draft);
  const ready = isWhole(draft) && Object.keys(change).length > 0;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready) {
      saving.mutate(change, { onSuccess: onClose });
    }
  };
  return (
    <ModalDialog
      footer={<DialogButtons deed="Save" disabled={!ready} form={FORM_ID} onClose={onClose} pending={saving.isPending} />}
      onClose={onClose}
      size="md"
      title={`Edit ${base.name}`}
    >
      <form id={FORM_ID} noValidate onSubmit={submit}>
        <Stack gap={4}>
          <WebhookFields draft={draft} onDraft={setDraft} />
          {change.url === undefined ? null : (
            <Text color="fg.muted" fontSize="sm">
              What is sent to the new address is signed with the same secret.
            </Text>
          )}
          <ErrorNote error={saving.error} />
        </Stack>
      </form>
    </ModalDialog>
  );
}

/** Changes a webhook as it is stored when the dialog opens; one that another changed meanwhile is refused. */
export function EditWebhookDialog({ onClose, webhook: { id, name } }: Props) {
  const { data, error } = useWebhook(id);
  if (data !== undefined) {
    return <Editor found={data} onClose={onClose} />;
  }
  return (
    <ModalDialog onClose={onClose} size="md" title={`Edit ${name}`}>
      {error === null ? <Skeleton height="240px" /> : <ErrorNote error={error} />}
    </ModalDialog>
  );
}
