import { Button, Flex, IconButton, Skeleton, Stack, Switch, Table, Text } from "@chakra-ui/react";
import { useState } from "react";
import { LuChevronDown, LuChevronRight } from "react-icons/lu";

import { useDeleteWebhook, useDeliveries, useRenewSecret, useSwitchWebhook, type Webhook } from "@/api/webhooks";
import { useMay } from "@/app/permissions";
import { Ago } from "@/components/Ago";
import { ConfirmDialog } from "@/components/ConfirmDialog";
import { ErrorNote } from "@/components/ErrorNote";
import { duration, plural } from "@/components/format";
import { StateBadge } from "@/components/StateBadge";
import { EditWebhookDialog } from "@/pages/webhooks/EditWebhookDialog";
import { heard } from "@/pages/webhooks/events";
import { SecretNote } from "@/pages/webhooks/SecretNote";

function Deliveries({ id }: { readonly id: string }) {
  const { data, error } = useDeliveries(id);
  if (error !== null) {
    return <ErrorNote error={error} />;
  }
  if (data === undefined) {
    return <Skeleton height="60px" />;
  }
  return (
    <Stack as="ul" fontSize="sm" gap={1} listStyleType="none">
      {data.data.map(({ at, attempt, durationMs, error: why, eventId, status, type }) => (
        <Flex align="center" as="li" columnGap={2} key={`${eventId} ${attempt}`} wrap="wrap">
          <StateBadge label={status === null ? "no answer" : String(status)} state={why === null ? "completed" : "failed"} />
          <Text fontFamily="mono" fontSize="xs">
            {type}
          </Text>
          <Text color="fg.muted">
            <Ago moment={at} />, {duration(durationMs)}
            {attempt > 1 ? `, try ${attempt}` : ""}
          </Text>
          {why === null ? null : <Text color="red.fg">{why}</Text>}
        </Flex>
      ))}
      {data.data.length === 0 ? <Text as="li">Nothing was sent lately.</Text> : null}
    </Stack>
  );
}

function Deeds({ webhook }: { readonly webhook: Webhook }) {
  const { id, name, status } = webhook;
  const may = useMay();
  const [asking, setAsking] = useState<"delete" | "edit" | "renew">();
  const switching = useSwitchWebhook(id);
  const renewing = useRenewSecret(id);
  const deleting = useDeleteWebhook(id);
  const close = () => setAsking(undefined);
  return (
    <Stack gap={2}>
      {renewing.data === undefined ? null : <SecretNote secret={renewing.data.secret} />}
      <ErrorNote error={switching.error} />
      <Flex align="center" gap={3} wrap="wrap">
        {may("changeWebhook") ? (
          <>
            <Switch.Root checked={status === "active"} onCheckedChange={({ checked }) => switching.mutate(checked)} size="sm">
              <Switch.HiddenInput aria-label={`Send to ${name}`} />
              <Switch.Control />
              <Switch.Label>Sends</Switch.Label>
            </Switch.Root>
            <Button onClick={() => setAsking("edit")} size="xs" variant="outline">
              Edit
            </Button>
            <Button onClick={() => setAsking("renew")} size="xs" variant="outline">
              Give it a new secret
            </Button>
          </>
        ) : null}
        {may("deleteWebhook") ? (
          <Button colorPalette="danger" onClick={() => setAsking("delete")} size="xs" variant="outline">
            Delete
          </Button>
        ) : null}
      </Flex>
      {asking === "edit" ? <EditWebhookDialog onClose={close} webhook={webhook} /> : null}
      {asking === "renew" ? (
        <ConfirmDialog
          deed="Make a new secret"
          error={renewing.error}
          onClose={close}
          onDo={() => renewing.mutate(undefined, { onSuccess: close })}
          pending={renewing.isPending}
          title={`A new secret for ${name}?`}
        >
          What is sent from then on is signed with the new secret alone: whoever still checks with the old one refuses it.
        </ConfirmDialog>
      ) : null}
      {asking === "delete" ? (
        <ConfirmDialog
          deed={`Delete ${name} and its log`}
          error={deleting.error}
          onClose={close}
          onDo={() => deleting.mutate()}
          pending={deleting.isPending}
          title={`Delete ${name}?`}
        >
          Nothing is sent to it any more, and what was sent is forgotten. This cannot be taken back.
        </ConfirmDialog>
      ) : null}
    </Stack>
  );
}

export const COLUMNS = 5;

/** A webhook, how its deliveries fare, and on demand the last of them. */
export function WebhookRow({ webhook }: { readonly webhook: Webhook }) {
  const [open, setOpen] = useState(false);
  const { deliveredAt, events, failingSince, failures, id, missed, name, reason, status, url } = webhook;
  const state = status === "disabled" ? "inactive" : failures > 0 ? "degraded" : "active";
  return (
    <>
      <Table.Row>
        <Table.Cell pe={0} width="32px">
          <IconButton aria-expanded={open} aria-label={`Deliveries of ${name}`} onClick={() => setOpen(!open)} size="2xs" variant="ghost">
            {open ? <LuChevronDown /> : <LuChevronRight />}
          </IconButton>
        </Table.Cell>
        <Table.Cell>
          <Text fontWeight="medium">{name}</Text>
          <Text color="fg.muted" fontSize="xs" overflowWrap="anywhere">
            {url}
          </Text>
        </Table.Cell>
        <Table.Cell hideBelow="md">{heard(events)}</Table.Cell>
        <Table.Cell>
          <StateBadge state={state} title={reason ?? undefined} />
          {failures > 0 ? (
            <Text color="fg.muted" fontSize="xs">
              {plural(failures, "failure")} since <Ago moment={failingSince} />
            </Text>
          ) : null}
          {missed > 0 ? (
            <Text color="red.fg" fontSize="xs">
              {plural(missed, "event")} missed
            </Text>
          ) : null}
        </Table.Cell>
        <Table.Cell color="fg.muted" hideBelow="sm">
          <Ago moment={deliveredAt} />
        </Table.Cell>
      </Table.Row>
      {open ? (
        <Table.Row>
          <Table.Cell colSpan={COLUMNS}>
            <Stack gap={4} py={2}>
              {reason === null ? null : <Text fontSize="sm">{reason}</Text>}
              <Deliveries id={id} />
              <Deeds webhook={webhook} />
            </Stack>
          </Table.Cell>
        </Table.Row>
      ) : null}
    </>
  );
}
