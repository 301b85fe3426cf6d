import { Code, Text } from "@chakra-ui/react";
import type { ReactNode } from "react";

import type { Connection } from "@/api/types";
import { AirflowLink } from "@/components/AirflowLink";
import { Ago } from "@/components/Ago";
import { Facts } from "@/components/Facts";
import { words } from "@/components/format";
import { ClassificationBadge } from "@/components/Labels";
import { Panel } from "@/components/Panel";

const NAMES: Record<string, string> = { ssl: "TLS", sslMode: "TLS mode" };

function shown(value: unknown): ReactNode {
  if (typeof value === "boolean") {
    return value ? "yes" : "no";
  }
  if (typeof value === "object" && value !== null) {
    return <Code size="sm">{JSON.stringify(value)}</Code>;
  }
  return String(value);
}

function facts(values: Record<string, unknown>): readonly (readonly [string, ReactNode])[] {
  return Object.entries(values)
    .filter(([name, value]) => name !== "discovery" && value !== null && value !== undefined)
    .map(([name, value]) => [NAMES[name] ?? words(name), shown(value)] as const);
}

/** What the connection is made of; the server sends secrets masked. */
export function ConfigurationPanel({ connection }: { readonly connection: Connection }) {
  const { airflowConnId, compliance = {}, configuration = {}, created, credentials = {}, description } = connection;
  const { environment, owner } = connection;
  return (
    <Panel
      action={
        <AirflowLink fontSize="sm" path="/connections">
          Airflow's connections
        </AirflowLink>
      }
      title="Configuration"
    >
      {description ? (
        <Text fontSize="sm" mb={3}>
          {description}
        </Text>
      ) : null}
      <Facts
        facts={[
          ["Id in DAGs", <Code key="id" size="sm">{airflowConnId ?? connection.id}</Code>],
          ["Environment", environment ? words(environment) : null],
          ["Owner", owner],
          ["Classification", compliance.dataClassification ? <ClassificationBadge key="class" name={compliance.dataClassification} /> : null],
          ["Retention", compliance.retention],
          ...facts(configuration),
          ...facts(credentials),
          ["Registered", <Ago key="created" moment={created} />],
        ]}
      />
    </Panel>
  );
}
