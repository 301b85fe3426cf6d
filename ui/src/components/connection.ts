/** What a connection is called, in words a person uses. */

import type { Connection } from "@/api/types";

const SYSTEMS: Record<string, string> = {
  "aurora-postgres": "Aurora PostgreSQL",
  postgres: "PostgreSQL",
  postgresql: "PostgreSQL",
  "rds-postgres": "RDS PostgreSQL",
  minio: "MinIO",
  s3: "S3",
};

export function systemName(connection: Pick<Connection, "subType" | "type">): string {
  const key = connection.subType ?? connection.type;
  return SYSTEMS[key] ?? key;
}

export const label = (connection: Pick<Connection, "id" | "name">): string => connection.name ?? connection.id;

/** `host:port/database`, or `s3://bucket/prefix at endpoint`, as far as known. */
export function addressOf({ configuration = {} }: Connection): string {
  const { bucket, database, endpoint, host, port, prefix } = configuration;
  if (typeof bucket === "string") {
    const path = `s3://${bucket}${typeof prefix === "string" && prefix !== "" ? `/${prefix}` : ""}`;
    return typeof endpoint === "string" && endpoint !== "" ? `${path} at ${endpoint}` : path;
  }
  const server = [host, port].filter((piece) => piece !== undefined && piece !== null).join(":");
  return database === undefined || database === null ? server : `${server}/${String(database)}`;
}
