import { Button, Flex, Stack, Text } from "@chakra-ui/react";
import { useState } from "react";

import { useWaive } from "@/api/compliance";
import type { Violation } from "@/api/governanceTypes";
import { useMay } from "@/app/permissions";
import { Ago } from "@/components/Ago";
import { ErrorNote } from "@/components/ErrorNote";
import { TextField } from "@/components/TextField";
import { earliest, latest, proposed, until } from "@/pages/compliance/acceptance";

/** Who accepts a violation as it is, why and until when, and the way to do so or no longer; it stays open meanwhile. */
export function Acceptance({ violation }: { readonly violation: Violation }) {
  const may = useMay()("waive");
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState("");
  const [end, setEnd] = useState(proposed());
  const waive = useWaive(violation);
  const { status, waiver } = violation;
  if (waiver) {
    return (
      <Stack borderInlineStartWidth={3} gap={1} ps={3}>
        <Text>
          Accepted by {waiver.by} <Ago moment={waiver.at} />, until {waiver.until.slice(0, 10)}: {waiver.reason}
        </Text>
        {may ? (
          <Button alignSelf="flex-start" loading={waive.isPending} onClick={() => waive.mutate(null)} size="2xs" variant="outline">
            Accept it no longer
          </Button>
        ) : null}
        {waive.error === null ? null : <ErrorNote error={waive.error} />}
      </Stack>
    );
  }
  if (!may || status !== "open") {
    return null;
  }
  if (!open) {
    return (
      <Button alignSelf="flex-start" onClick={() => setOpen(true)} size="2xs" variant="outline">
        Accept it for a time …
      </Button>
    );
  }
  return (
    <Stack
      as="form"
      gap={3}
      maxW="480px"
      onSubmit={(event) => {
        event.preventDefault();
        waive.mutate({ reason: reason.trim(), until: until(end) }, { onSuccess: () => setOpen(false) });
      }}
    >
      <TextField autoComplete="off" autoFocus label="Why it is accepted" maxLength={2_000} onText={setReason} required value={reason} />
      <TextField label="Until" max={latest()} min={earliest()} onText={setEnd} required type="date" value={end} />
      {waive.error === null ? null : <ErrorNote error={waive.error} />}
      <Flex gap={2}>
        <Button disabled={reason.trim() === "" || end === ""} loading={waive.isPending} size="xs" type="submit">
          Accept it
        </Button>
        <Button onClick={() => setOpen(false)} size="xs" variant="outline">
          Cancel
        </Button>
      </Flex>
    </Stack>
  );
}
