import { Flex, IconButton } from "@chakra-ui/react";
import { LuCheck, LuUndo2, LuX } from "react-icons/lu";

import type { Decision, Finding } from "@/api/governanceTypes";
import { findingName } from "@/components/finding";

const BUTTONS: readonly (readonly [Decision, string, typeof LuX])[] = [
  ["confirm", "Confirm", LuCheck],
  ["reject", "Reject", LuX],
  ["reopen", "Open again", LuUndo2],
];

const OFFERED: Record<Finding["status"], readonly Decision[]> = {
  confirmed: ["reopen"],
  proposed: ["confirm", "reject"],
  rejected: ["reopen"],
};

export type ButtonsProps = {
  readonly finding: Finding;
  readonly onDecide: (decision: Decision) => void;
  readonly size?: "2xs" | "xs";
};

/** The decisions that a finding's state leaves open. */
export function DecisionButtons({ finding, onDecide, size = "xs" }: ButtonsProps) {
  const what = `${findingName(finding)} in ${finding.column}`;
  return (
    <Flex direction={size === "xs" ? { base: "column", sm: "row" } : "row"} gap={1} justify="flex-end">
      {BUTTONS.filter(([decision]) => OFFERED[finding.status].includes(decision)).map(([decision, label, Icon]) => (
        <IconButton
          aria-label={`${label}: ${what}`}
          key={decision}
          onClick={() => onDecide(decision)}
          size={size}
          title={label}
          variant="outline"
        >
          <Icon />
        </IconButton>
      ))}
    </Flex>
  );
}
