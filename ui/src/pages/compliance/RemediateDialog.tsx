import { Button, Flex, Skeleton, Stack, Text } from "@chakra-ui/react";
import { useEffect, useState } from "react";

import { useRemediate, type RemediateRequest } from "@/api/compliance";
import type { RemedyOutcome, Violation } from "@/api/governanceTypes";
import { ErrorNote } from "@/components/ErrorNote";
import { plural, words } from "@/components/format";
import { ModalDialog } from "@/components/ModalDialog";
import { StateBadge } from "@/components/StateBadge";
import { TextField } from "@/components/TextField";
import { only, said } from "@/components/said";
import { GROUPS, headline } from "@/pages/compliance/outcomes";

function Outcome({ outcome, violation }: { readonly outcome: RemedyOutcome; readonly violation: Violation | undefined }) {
  const { action, after, before, message } = outcome;
  const changes = outcome.outcome === "planned" || outcome.outcome === "applied";
  return (
    <Stack as="li" borderTopWidth={1} fontSize="sm" gap={1} py={2}>
      <Flex align="center" gap={2} wrap="wrap">
        <Text fontWeight="medium" overflowWrap="anywhere">
          {violation?.resource.name ?? outcome.violationId}
        </Text>
        <Text color="fg.muted" fontSize="xs">
          {violation?.title}
        </Text>
      </Flex>
      {changes ? (
        <Text overflowWrap="anywhere">
          {action === null ? "" : `${words(action)}: `}
          <Text as="span" color="fg.muted">
            {said(only(before))}
          </Text>{" "}
          → {said(only(after))}
        </Text>
      ) : null}
      {message ? (
        <Text color={outcome.outcome === "failed" ? "red.fg" : "fg.muted"} overflowWrap="anywhere">
          {message}
        </Text>
      ) : null}
    </Stack>
  );
}

type GroupProps = {
  readonly outcomes: readonly RemedyOutcome[];
  readonly title: string;
  readonly violations: ReadonlyMap<string, Violation>;
};

function Group({ outcomes, title, violations }: GroupProps) {
  if (outcomes.length === 0) {
    return null;
  }
  return (
    <Stack as="section" gap={1}>
      <Flex align="center" gap={2}>
        <StateBadge label={String(outcomes.length)} state={outcomes[0]?.outcome ?? ""} />
        <Text fontWeight="semibold">{title}</Text>
      </Flex>
      <Stack as="ul" gap={0} listStyleType="none">
        {outcomes.map((outcome) => (
          <Outcome key={outcome.violationId} outcome={outcome} violation={violations.get(outcome.violationId)} />
        ))}
      </Stack>
    </Stack>
  );
}

type Props = { readonly onClose: () => void; readonly violations: readonly Violation[] };

/** Shows what would be done about violations, does it when asked to, and says what became of each. */
export function RemediateDialog({ onClose, violations }: Props) {
  const plan = useRemediate();
  const work = useRemediate();
  const { mutate } = plan;
  const byId = new Map(violations.map((violation) => [violation.id, violation]));
  const ids = JSON.stringify([...byId.keys()]);
  const [retention, setRetention] = useState("");
  const [chosen, setChosen] = useState("");
  const choice = chosen === "" ? {} : { parameters: { retention: chosen } };
  const asked = JSON.stringify({ ...choice, dryRun: true, violationIds: JSON.parse(ids) as string[] });
  useEffect(() => mutate(JSON.parse(asked) as RemediateRequest), [asked, mutate]);
  const asksRetention = work.data === undefined && violations.some(({ action }) => action === "set-retention");

  const results = (work.data ?? plan.data)?.results ?? [];
  const planned = (plan.data?.results ?? []).filter(({ outcome }) => outcome === "planned");
  const manual = (plan.data?.results ?? []).filter(({ outcome }) => outcome === "manual");
  const shown = work.data === undefined ? results : [...results, ...manual];
  const error = work.error ?? plan.error;
  return (
    <ModalDialog
      footer={
        <>
          <Button onClick={onClose} variant="outline">
            {work.data === undefined ? "Cancel" : "Close"}
          </Button>
          {work.data === undefined ? (
            <Button
              disabled={planned.length === 0}
              loading={work.isPending}
              onClick={() => work.mutate({ ...choice, dryRun: false, violationIds: planned.map(({ violationId }) => violationId) })}
            >
              {planned.length === 0 ? "Nothing to apply" : `Apply ${plural(planned.length, "change")}`}
            </Button>
          ) : null}
        </>
      }
      onClose={onClose}
      title={headline(results, work.data !== undefined)}
    >
      <Stack aria-live="polite" gap={4}>
        {work.data === undefined && planned.length > 0 ? (
          <Text color="fg.muted" fontSize="sm">
            Nothing is changed yet. These are the changes that applying would make.
          </Text>
        ) : null}
        {asksRetention ? (
          <form
            onSubmit={(event) => {
              event.preventDefault();
              setChosen(retention.trim());
            }}
          >
            <TextField
              autoComplete="off"
              help="Such as 90 days or 7 years; without one nothing is written. Enter shows what it would change"
              label="How long the data may be kept"
              onBlur={() => setChosen(retention.trim())}
              onText={setRetention}
              value={retention}
            />
          </form>
        ) : null}
        {plan.isPending || plan.isIdle ? <Skeleton height="120px" /> : null}
        {error === null ? null : <ErrorNote error={error} />}
        {GROUPS.map(([kind, title]) => (
          <Group
            key={kind}
            outcomes={shown.filter(({ outcome }) => outcome === kind)}
            title={title}
            violations={byId}
          />
        ))}
      </Stack>
    </ModalDialog>
  );
}
