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

/** `host:port/database`, or `bucket/prefix`, as far as known. */
export function addressOf({ configuration = {} }: Connection): string {
  const { bucket, database, host, port, prefix } = configuration;
  if (typeof bucket === "string") {
    return [bucket, prefix].filter((piece) => typeof piece === "string" && piece !== "").join("/");
  }
  const server = [host, port].filter((piece) => piece !== undefined && piece !== null).join(":");
  return database === undefined || database === null ? server : `${server}/${String(database)}`;
}
