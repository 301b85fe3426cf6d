/** What a connection is called, in words a person uses. */

import type { Connection } from "@/api/types";

const SYSTEMS: Record<string, string> = {
  "aurora-postgres": "Aurora PostgreSQL",
  postgres: "PostgreSQL",
  postgresql: "PostgreSQL",
  "rds-postgres": "RDS PostgreSQL",
};

export function systemName(connection: Pick<Connection, "subType" | "type">): string {
  const key = connection.subType ?? connection.type;
  return SYSTEMS[key] ?? key;
}

export const label = (connection: Pick<Connection, "id" | "name">): string => connection.name ?? connection.id;

/** `host:port/database`, as far as known. */
export function addressOf({ configuration = {} }: Connection): string {
  const { database, host, port } = configuration;
  const server = [host, port].filter((piece) => piece !== undefined && piece !== null).join(":");
  return database === undefined || database === null ? server : `${server}/${String(database)}`;
}
