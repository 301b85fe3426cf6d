/** What the form holds, and what can be seen to be wrong with it. */

import { ApiError } from "@/api/error";

export type System = "postgres" | "s3";

export type Draft = {
  readonly accessKey: string;
  readonly assumeRole: string;
  readonly bucket: string;
  readonly classification: string;
  readonly database: string;
  readonly description: string;
  readonly endpoint: string;
  readonly environment: string;
  readonly exclude: string;
  readonly externalId: string;
  readonly host: string;
  readonly id: string;
  readonly include: string;
  readonly name: string;
  readonly owner: string;
  readonly password: string;
  readonly pathStyle: string;
  readonly port: string;
  readonly prefix: string;
  readonly profile: string;
  readonly region: string;
  readonly retention: string;
  readonly schedule: string;
  readonly secretKey: string;
  readonly sessionToken: string;
  readonly ssl: boolean;
  readonly sslMode: string;
  readonly username: string;
  readonly verifyCertificate: string;
};

export type DraftName = keyof Draft;
export type TextName = Exclude<DraftName, "ssl">;
export type DraftErrors = Partial<Record<DraftName, string>>;

const BLANK: Draft = {
  accessKey: "",
  assumeRole: "",
  bucket: "",
  classification: "",
  database: "",
  description: "",
  endpoint: "",
  environment: "dev",
  exclude: "",
  externalId: "",
  host: "",
  id: "",
  include: "",
  name: "",
  owner: "",
  password: "",
  pathStyle: "",
  port: "",
  prefix: "",
  profile: "",
  region: "",
  retention: "",
  schedule: "",
  secretKey: "",
  sessionToken: "",
  ssl: false,
  sslMode: "verify-full",
  username: "",
  verifyCertificate: "",
};

/** What a form for a new connection begins with. */
export const EMPTY: Record<System, Draft> = {
  postgres: { ...BLANK, port: "5432", ssl: true },
  s3: BLANK,
};

export const blank = BLANK;

const NEEDED: Record<System, readonly (readonly [TextName, string])[]> = {
  postgres: [
    ["name", "Give the connection a name."],
    ["host", "Enter a DNS name or an IP address."],
    ["database", "Enter the name of the database."],
    ["username", "Enter the user that Crosswind shall connect as."],
  ],
  s3: [
    ["name", "Give the connection a name."],
    ["bucket", "Enter the name of the bucket."],
  ],
};

/** What can be seen to be wrong before asking the server. */
export function check(system: System | undefined, draft: Draft): DraftErrors {
  const errors: DraftErrors = {};
  for (const [field, message] of system === undefined ? [] : NEEDED[system]) {
    if (draft[field].trim() === "") {
      errors[field] = message;
    }
  }
  const port = Number(draft.port);
  if (system === "postgres" && (!Number.isInteger(port) || port < 1 || port > 65_535)) {
    errors.port = "A port is a number from 1 to 65535.";
  }
  if (draft.id !== "" && !/^[A-Za-z0-9_-]{1,128}$/u.test(draft.id)) {
    errors.id = "Letters, digits, _ and - only, at most 128.";
  }
  if (system === "s3" && (draft.secretKey !== "" || draft.sessionToken !== "") && draft.accessKey.trim() === "") {
    errors.accessKey = "A secret key needs its access key.";
  }
  if (system === "s3" && draft.endpoint !== "" && !/^https?:\/\/[^\s/]+/u.test(draft.endpoint)) {
    errors.endpoint = "An endpoint begins with https:// or http://.";
  }
  return errors;
}

/** Where each field stands in a connection's document. */
export const PLACES: Record<DraftName, readonly string[]> = {
  accessKey: ["credentials", "accessKey"],
  assumeRole: ["credentials", "assumeRole"],
  bucket: ["configuration", "bucket"],
  classification: ["compliance", "dataClassification"],
  database: ["configuration", "database"],
  description: ["description"],
  endpoint: ["configuration", "endpoint"],
  environment: ["environment"],
  exclude: ["configuration", "discovery", "exclude"],
  externalId: ["credentials", "externalId"],
  host: ["configuration", "host"],
  id: ["id"],
  include: ["configuration", "discovery", "include"],
  name: ["name"],
  owner: ["owner"],
  password: ["credentials", "password"],
  pathStyle: ["configuration", "pathStyleAccess"],
  port: ["configuration", "port"],
  prefix: ["configuration", "prefix"],
  profile: ["configuration", "profile"],
  region: ["configuration", "region"],
  retention: ["compliance", "retention"],
  schedule: ["configuration", "discovery", "schedule"],
  secretKey: ["credentials", "secretKey"],
  sessionToken: ["credentials", "sessionToken"],
  ssl: ["configuration", "ssl"],
  sslMode: ["configuration", "sslMode"],
  username: ["credentials", "username"],
  verifyCertificate: ["configuration", "verifyCertificate"],
};

export const NAMES = Object.keys(PLACES) as readonly DraftName[];

/** The refusal beside the field it names: the server says `configuration.host`, the form has `host`. */
export function fieldErrors(error: unknown): DraftErrors {
  if (!(error instanceof ApiError) || error.field === undefined) {
    return {};
  }
  const place = error.field.split(".").filter((piece) => !/^\d+$/u.test(piece));
  const last = place.at(-1);
  const name = NAMES.find((each) => PLACES[each].join(".") === place.join("."))
    ?? NAMES.find((each) => place.length === 1 && PLACES[each].at(-1) === last);
  return name === undefined ? {} : { [name]: error.message };
}
