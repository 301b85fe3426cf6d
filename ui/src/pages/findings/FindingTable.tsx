import { Button, Flex, Text } from "@chakra-ui/react";
import { useState } from "react";

import { useReview } from "@/api/findings";
import type { Decision, Finding } from "@/api/governanceTypes";
import { useMay } from "@/app/permissions";
import { ErrorNote } from "@/components/ErrorNote";
import { count } from "@/components/format";
import { TableFrame, type Head } from "@/components/TableFrame";
import { Tick } from "@/components/Tick";
import { useKeys } from "@/components/useKeys";
import { useSelection } from "@/components/useSelection";
import { FindingRow } from "@/pages/findings/FindingRow";
import { commandOf, within } from "@/pages/findings/keys";
import { Legend } from "@/pages/findings/Legend";

const HEADS: readonly Head[] = [
  { hideBelow: "sm", label: "Kind" },
  { label: "Column" },
  { hideBelow: "md", label: "Why" },
  { hideBelow: "sm", label: "Status" },
  { label: "Decision", quiet: true },
];

type BarProps = {
  readonly chosen: number;
  readonly onDecide: (decision: Decision) => void;
};

function Bar({ chosen, onDecide }: BarProps) {
  return (
    <Flex align="center" columnGap={4} justify="space-between" mb={2} minH={8} rowGap={2} wrap="wrap">
      <Flex align="center" gap={2}>
        <Text aria-live="polite" color="fg.muted" fontSize="sm">
          {chosen === 0 ? "None chosen" : `${count(chosen)} chosen`}
        </Text>
        <Button disabled={chosen === 0} onClick={() => onDecide("confirm")} size="xs" variant="outline">
          Confirm
        </Button>
        <Button disabled={chosen === 0} onClick={() => onDecide("reject")} size="xs" variant="outline">
          Reject
        </Button>
        <Button disabled={chosen === 0} onClick={() => onDecide("reopen")} size="xs" variant="ghost">
          Open again
        </Button>
      </Flex>
      <Legend />
    </Flex>
  );
}

/** Findings to decide on, one by one or many at once, with the mouse or by keys alone. */
export function FindingTable({ findings, loading }: { readonly findings: readonly Finding[]; readonly loading: boolean }) {
  const mayReview = useMay()("review");
  const review = useReview();
  const selection = useSelection();
  const [cursor, setCursor] = useState(0);
  const ids = findings.map(({ id }) => id);
  const row = within(cursor, ids.length);
  const chosen = selection.ids.filter((id) => ids.includes(id));

  const decide = (decision: Decision, on: readonly string[]) => {
    if (on.length > 0) {
      review.mutate({ decision, ids: on });
      selection.clear();
    }
  };
  useKeys((key) => {
    const command = mayReview ? commandOf(key, row, ids.length) : undefined;
    const here = ids[row];
    if (command === undefined || here === undefined) {
      return false;
    }
    if (command.kind === "move") {
      setCursor(command.to);
    } else if (command.kind === "choose") {
      selection.toggle(here);
    } else {
      decide(command.decision, chosen.length > 0 ? chosen : [here]);
      setCursor(chosen.length > 0 || command.decision === "reopen" ? row : within(row + 1, ids.length));
    }
    return true;
  });

  const all: Head = {
    label: "Choose",
    node: (
      <Tick
        checked={selection.state(ids)}
        disabled={ids.length === 0}
        label="Choose all"
        onToggle={() => selection.toggleAll(ids)}
      />
    ),
    width: "40px",
  };
  const failed = review.data?.results.filter(({ code }) => code) ?? [];
  return (
    <>
      {mayReview ? <Bar chosen={chosen.length} onDecide={(each) => decide(each, chosen)} /> : null}
      {review.error === null ? null : <ErrorNote error={review.error} />}
      {failed.length === 0 ? null : (
        <Text color="red.fg" fontSize="sm" mb={2} role="alert">
          {count(failed.length)} could not be changed: {failed[0]?.message}
        </Text>
      )}
      <TableFrame caption="Findings" heads={mayReview ? [all, ...HEADS] : HEADS} loading={loading}>
        {findings.map((finding, index) => (
          <FindingRow
            chosen={selection.has(finding.id)}
            current={mayReview && index === row}
            finding={finding}
            key={finding.id}
            mayReview={mayReview}
            onChoose={() => selection.toggle(finding.id)}
            onDecide={(decision) => {
              setCursor(index);
              decide(decision, [finding.id]);
            }}
          />
        ))}
      </TableFrame>
    </>
  );
}
