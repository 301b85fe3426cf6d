/** What the form holds, and the request it becomes. */

import { ApiError } from "@/api/error";
import type { PostgresRequest } from "@/api/connections";

export type Draft = {
  readonly database: string;
  readonly environment: string;
  readonly exclude: string;
  readonly host: string;
  readonly id: string;
  readonly include: string;
  readonly name: string;
  readonly password: string;
  readonly port: string;
  readonly schedule: string;
  readonly ssl: boolean;
  readonly sslMode: string;
  readonly username: string;
};

export type DraftErrors = Partial<Record<keyof Draft, string>>;

export const EMPTY: Draft = {
  database: "",
  environment: "dev",
  exclude: "",
  host: "",
  id: "",
  include: "",
  name: "",
  password: "",
  port: "5432",
  schedule: "",
  ssl: true,
  sslMode: "verify-full",
  username: "",
};

const NEEDED: readonly (readonly [keyof Draft, string])[] = [
  ["name", "Give the connection a name."],
  ["host", "Enter a DNS name or an IP address."],
  ["database", "Enter the name of the database."],
  ["username", "Enter the user that Crosswind shall connect as."],
];

/** What can be seen to be wrong before asking the server. */
export function check(draft: Draft): DraftErrors {
  const errors: DraftErrors = {};
  for (const [field, message] of NEEDED) {
    if (String(draft[field]).trim() === "") {
      errors[field] = message;
    }
  }
  const port = Number(draft.port);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    errors.port = "A port is a number from 1 to 65535.";
  }
  if (draft.id !== "" && !/^[A-Za-z0-9_-]{1,128}$/u.test(draft.id)) {
    errors.id = "Letters, digits, _ and - only, at most 128.";
  }
  return errors;
}

const patterns = (text: string): readonly string[] =>
  text.split(/[\s,]+/u).filter((pattern) => pattern !== "");

export function toRequest(draft: Draft): PostgresRequest {
  const discovery = {
    ...(draft.schedule === "" ? {} : { schedule: draft.schedule }),
    ...(patterns(draft.include).length === 0 ? {} : { include: patterns(draft.include) }),
    ...(patterns(draft.exclude).length === 0 ? {} : { exclude: patterns(draft.exclude) }),
  };
  return {
    configuration: {
      database: draft.database.trim(),
      host: draft.host.trim(),
      port: Number(draft.port),
      ssl: draft.ssl,
      ...(draft.ssl ? { sslMode: draft.sslMode } : {}),
      ...(Object.keys(discovery).length === 0 ? {} : { discovery }),
    },
    credentials: { username: draft.username.trim(), ...(draft.password === "" ? {} : { password: draft.password }) },
    environment: draft.environment,
    name: draft.name.trim(),
    ...(draft.id === "" ? {} : { id: draft.id }),
  };
}

/** The refusal beside the field it names: the server says `configuration.host`, the form has `host`. */
export function fieldErrors(error: unknown): DraftErrors {
  if (!(error instanceof ApiError) || error.field === undefined) {
    return {};
  }
  const last = error.field.split(".").filter((piece) => !/^\d+$/u.test(piece)).at(-1) ?? "";
  return last in EMPTY ? { [last]: error.message } : {};
}
