import { Button, Flex, IconButton, Skeleton, Stack, Switch, Table, Text } from "@chakra-ui/react";
import { useState } from "react";
import { LuChevronDown, LuChevronRight } from "react-icons/lu";

import { useDeleteWebhook, useDeliveries, useRenewSecret, useSwitchWebhook, type Webhook } from "@/api/webhooks";
import { useMay } from "@/app/permissions";
import { Ago } from "@/components/Ago";
import { ErrorNote } from "@/components/ErrorNote";
import { duration, plural } from "@/components/format";
import { StateBadge } from "@/components/StateBadge";
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

function Deeds({ webhook: { id, name, status } }: { readonly webhook: Webhook }) {
  const may = useMay();
  const [sure, setSure] = useState(false);
  const switching = useSwitchWebhook(id);
  const renewing = useRenewSecret(id);
  const deleting = useDeleteWebhook(id);
  const error = switching.error ?? renewing.error ?? deleting.error;
  return (
    <Stack gap={2}>
      {renewing.data === undefined ? null : <SecretNote secret={renewing.data.secret} />}
      {error === null ? null : <ErrorNote error={error} />}
      <Flex align="center" gap={3} wrap="wrap">
        {may("changeWebhook") ? (
          <>
            <Switch.Root checked={status === "active"} onCheckedChange={({ checked }) => switching.mutate(checked)} size="sm">
              <Switch.HiddenInput aria-label={`Send to ${name}`} />
              <Switch.Control />
              <Switch.Label>Sends</Switch.Label>
            </Switch.Root>
            <Button loading={renewing.isPending} onClick={() => renewing.mutate(undefined)} size="xs" variant="outline">
              Give it a new secret
            </Button>
          </>
        ) : null}
        {may("deleteWebhook") ? (
          <Button
            colorPalette="danger"
            loading={deleting.isPending}
            onClick={() => (sure ? deleting.mutate() : setSure(true))}
            size="xs"
            variant={sure ? "solid" : "outline"}
          >
            {sure ? `Delete ${name} and its log` : "Delete"}
          </Button>
        ) : null}
      </Flex>
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
