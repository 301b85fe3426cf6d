import { Badge, Flex } from "@chakra-ui/react";
import { LuFingerprint } from "react-icons/lu";

import { useReview } from "@/api/findings";
import type { Finding } from "@/api/governanceTypes";
import { useMay } from "@/app/permissions";
import { findingName, percent } from "@/components/finding";
import { DecisionButtons } from "@/pages/findings/DecisionButtons";

const PALETTES: Record<Finding["status"], string> = { confirmed: "warning", proposed: "info", rejected: "gray" };

/** What a scan found in a column, with the decision where it is looked at. */
export function ColumnFindings({ findings }: { readonly findings: readonly Finding[] }) {
  const may = useMay()("review");
  const review = useReview();
  return (
    <>
      {findings.map((finding) => {
        const { confidence, id, reason, status } = finding;
        const said = status === "proposed" ? percent(confidence) : status;
        return (
          <Flex align="center" gap={1} key={id}>
            <Badge colorPalette={PALETTES[status]} title={`${reason} (${percent(confidence)})`} variant="subtle">
              <LuFingerprint aria-hidden /> {findingName(finding)} · {said}
            </Badge>
            {may && status === "proposed" ? (
              <DecisionButtons
                finding={finding}
                onDecide={(decision) => review.mutate({ decision, ids: [id] })}
                size="2xs"
              />
            ) : null}
          </Flex>
        );
      })}
    </>
  );
}
