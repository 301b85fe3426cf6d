import { Code, HStack } from "@chakra-ui/react";

import type { Connection } from "@/api/types";
import { Facts } from "@/components/Facts";
import { Panel } from "@/components/Panel";

const SCHEDULES: Record<string, string> = { "@daily": "every day", "@hourly": "every hour", "@weekly": "every week" };

function Patterns({ patterns }: { readonly patterns: readonly string[] }) {
  return (
    <HStack wrap="wrap">
      {patterns.map((pattern) => (
        <Code key={pattern} size="sm">
          {pattern}
        </Code>
      ))}
    </HStack>
  );
}

/** When the connection is crawled by itself, and what of it. */
export function DiscoveryPanel({ connection }: { readonly connection: Connection }) {
  const { exclude = [], include = [], schedule } = connection.configuration?.discovery ?? {};
  return (
    <Panel title="Crawling">
      <Facts
        facts={[
          ["Schedule", schedule ? (SCHEDULES[schedule] ?? <Code size="sm">{schedule}</Code>) : "by hand only"],
          ["Only these", include.length === 0 ? "everything readable" : <Patterns patterns={include} />],
          ["Not these", exclude.length === 0 ? null : <Patterns patterns={exclude} />],
        ]}
      />
    </Panel>
  );
}
