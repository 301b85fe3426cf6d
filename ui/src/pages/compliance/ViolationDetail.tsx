import { Code, Stack, Text } from "@chakra-ui/react";

import type { Violation } from "@/api/governanceTypes";
import { Ago } from "@/components/Ago";
import { Facts } from "@/components/Facts";
import { RouteLink } from "@/components/RouteLink";
import { said } from "@/components/said";
import { Acceptance } from "@/pages/compliance/Acceptance";
import { citations, factName } from "@/pages/compliance/citations";

/** Why a rule is violated, where that is written, and what helps. */
export function ViolationDetail({ violation }: { readonly violation: Violation }) {
  const { closedAt, connectionId, evidence, firstSeen, lastSeen, message, owner, remedy, rule } = violation;
  const facts = Object.entries(evidence).map(([name, value]) => [factName(name), said(value)] as const);
  return (
    <Stack fontSize="sm" gap={3} maxW="88ch">
      <Text>{message}</Text>
      <Text>
        <Text as="span" fontWeight="medium">
          What helps:
        </Text>{" "}
        {remedy}
      </Text>
      <Acceptance violation={violation} />
      <Facts
        facts={[
          ...citations(violation),
          ["Rule", <Code key="rule" size="sm">{rule}</Code>],
          ...facts,
          ["Owner", owner ?? "nobody is named"],
          [
            "Connection",
            connectionId === null ? null : (
              <RouteLink key="connection" to={`/connections/${encodeURIComponent(connectionId)}`}>
                {connectionId}
              </RouteLink>
            ),
          ],
          ["First seen", <Ago key="first" moment={firstSeen} />],
          ["Last seen", <Ago key="last" moment={lastSeen} />],
          ["Closed", closedAt ? <Ago key="closed" moment={closedAt} /> : null],
        ]}
      />
    </Stack>
  );
}
