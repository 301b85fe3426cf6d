/** Where a program reaches the platform: one place a protocol. */

export type Place = {
  readonly address: string;
  readonly name: string;
  /** Pages of ours that explain or try it: (text, path). */
  readonly pages: readonly (readonly [text: string, address: string])[];
  readonly text: string;
};

const FAMILIES = [
  ["metastore", "REST: metastore", "Assets, lineage, relationships, search, tags, tasks"],
  ["connections-platform", "REST: connections", "Connections, their health, crawls, compliance, audit"],
  ["platform", "REST: platform", "What the two designs leave out: API keys, imports, exports, webhooks, versions"],
] as const;

/** `http` as `ws`, `https` as `wss`. */
const socket = (address: string): string => address.replace(/^http/u, "ws");

const EVERYWHERE = new Set(["0.0.0.0", "[::]", "::"]);

/** The configured address; where it listens on all of its machine's, under the name that Airflow is reached by. */
function grpcAt(configured: string, host: string): string {
  const cut = configured.lastIndexOf(":");
  return EVERYWHERE.has(configured.slice(0, cut)) ? host + configured.slice(cut) : configured;
}

/** The places under `root`, such as `https://airflow.example.com/crosswind`. */
export function places(root: string, grpc: string, host: string): readonly Place[] {
  const metastore = `${root}/metastore`;
  return [
    ...FAMILIES.map(([path, name, text]) => ({
      address: `${root}/${path}/v1`,
      name,
      pages: [
        ["Documents", `${root}/${path}/docs`],
        ["OpenAPI", `${root}/${path}/openapi.json`],
      ] as const,
      text,
    })),
    {
      address: `${metastore}/graphql`,
      name: "GraphQL",
      pages: [
        ["Try it in GraphiQL", `${metastore}/graphql`],
        ["Schema", `${metastore}/graphql/schema.graphql`],
      ],
      text: "Queries and mutations of the metastore; its subscriptions are at the same address by WebSocket",
    },
    {
      address: grpcAt(grpc, host),
      name: "gRPC",
      pages: [],
      text: "metastore.v1.MetadataService, with reflection; a process of its own (crosswind grpc), so another name may stand before it",
    },
    { address: socket(`${metastore}/v1/ws`), name: "WebSocket", pages: [], text: "Follow asset.updates, domain.updates, task.progress and others, with resume" },
    { address: `${metastore}/v1/events`, name: "Stream (SSE)", pages: [], text: "The same events where plain HTTP is all there is" },
    { address: `${metastore}/api/v1/lineage`, name: "OpenLineage", pages: [], text: "Where jobs tell of their runs" },
  ];
}
