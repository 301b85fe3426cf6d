import { Button, Flex, Text } from "@chakra-ui/react";
import { useState } from "react";
import { LuWrench } from "react-icons/lu";

import type { Violation } from "@/api/governanceTypes";
import { useMay } from "@/app/permissions";
import { count } from "@/components/format";
import { TableFrame, type Head } from "@/components/TableFrame";
import { Tick } from "@/components/Tick";
import { useSelection } from "@/components/useSelection";
import { HEADS } from "@/pages/compliance/heads";
import { RemediateDialog } from "@/pages/compliance/RemediateDialog";
import { ViolationRow } from "@/pages/compliance/ViolationRow";

type Props = { readonly loading: boolean; readonly violations: readonly Violation[] };

/** Violations with what they are, where, and the way to mend many at once. */
export function ViolationTable({ loading, violations }: Props) {
  const may = useMay()("remediate");
  const selection = useSelection();
  const [mending, setMending] = useState<readonly Violation[]>();
  const open = violations.filter(({ status }) => status === "open");
  const ids = open.map(({ id }) => id);
  const mayChoose = may && open.length > 0;
  const chosen = open.filter(({ id }) => selection.has(id));
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
  return (
    <>
      {mayChoose ? (
        <Flex align="center" gap={2} mb={2}>
          <Button
            disabled={chosen.length === 0}
            onClick={() => setMending(chosen)}
            size="xs"
            variant="outline"
          >
            <LuWrench /> Remedy …
          </Button>
          <Text aria-live="polite" color="fg.muted" fontSize="sm">
            {chosen.length === 0
              ? "Choose violations to see what can be done"
              : `${count(chosen.length)} chosen`}
          </Text>
        </Flex>
      ) : null}
      <TableFrame caption="Violations" heads={mayChoose ? [all, ...HEADS] : HEADS} loading={loading}>
        {violations.map((violation) => (
          <ViolationRow
            chosen={selection.has(violation.id)}
            key={violation.id}
            mayChoose={mayChoose}
            onChoose={() => selection.toggle(violation.id)}
            violation={violation}
          />
        ))}
      </TableFrame>
      {mending === undefined ? null : (
        <RemediateDialog
          onClose={() => {
            setMending(undefined);
            selection.clear();
          }}
          violations={mending}
        />
      )}
    </>
  );
}
