import { Button } from "@chakra-ui/react";
import { useState } from "react";
import { LuPlus, LuWebhook } from "react-icons/lu";

import { useWebhooks } from "@/api/webhooks";
import { useMay } from "@/app/permissions";
import { Empty } from "@/components/Empty";
import { Listing } from "@/components/Listing";
import { PageHead } from "@/components/PageHead";
import { TableFrame, type Head } from "@/components/TableFrame";
import { CreateWebhookDialog } from "@/pages/webhooks/CreateWebhookDialog";
import { WebhookRow } from "@/pages/webhooks/WebhookRow";

const HEADS: readonly Head[] = [
  { label: "Deliveries", quiet: true, width: "32px" },
  { label: "Webhook" },
  { hideBelow: "md", label: "What is sent" },
  { label: "State" },
  { hideBelow: "sm", label: "Last taken" },
];

/** Where changes of the catalog are sent, and how it goes. */
export default function WebhooksPage() {
  const may = useMay()("createWebhook");
  const [page, setPage] = useState(1);
  const [open, setOpen] = useState(false);
  const create = may ? (
    <Button onClick={() => setOpen(true)} variant="outline">
      <LuPlus /> Create a webhook
    </Button>
  ) : null;
  return (
    <>
      <PageHead actions={create} title="Webhooks" />
      <Listing
        answer={useWebhooks(page)}
        empty={<Empty icon={<LuWebhook />} text="Changes of the catalog are sent, signed, to addresses that are given here." title="No webhook yet" />}
        filtered={false}
        noun="webhook"
        onClear={() => undefined}
        onPage={setPage}
        page={page}
      >
        {(rows, loading) => (
          <TableFrame caption="Webhooks" heads={HEADS} loading={loading} rows={3}>
            {rows.map((webhook) => (
              <WebhookRow key={webhook.id} webhook={webhook} />
            ))}
          </TableFrame>
        )}
      </Listing>
      {open ? <CreateWebhookDialog onClose={() => setOpen(false)} /> : null}
    </>
  );
}
