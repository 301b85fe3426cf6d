/** From a connection's document to the form and back: what the form does not show stays as it is. */

import type { Connection } from "@/api/types";
import { blank, NAMES, PLACES, type Draft, type DraftName, type System } from "@/pages/connections/draft";

type Tree = { readonly [name: string]: unknown };

/** What the server owns, and what the path names. */
const OWNED = new Set(["airflowConnId", "adopted", "created", "status", "updated", "version"]);
const LISTS = new Set<DraftName>(["exclude", "include"]);
/** What is yes or no in the document, and a choice of more than two in the form. */
const CHOICES = new Set<DraftName>(["pathStyle", "verifyCertificate"]);
/** Never shown again; empty keeps what is stored. */
const SECRETS = new Set<DraftName>(["password", "secretKey", "sessionToken"]);
const ENCRYPTED = new Set(["require", "verify-ca", "verify-full"]);
const MASK = "********";

const isTree = (value: unknown): value is Tree => typeof value === "object" && value !== null && !Array.isArray(value);

function at(tree: unknown, [name = "", ...rest]: readonly string[]): unknown {
  const value = isTree(tree) ? tree[name] : undefined;
  return rest.length === 0 ? value : at(value, rest);
}

/** The tree with one value put, or taken out when it is `undefined`; sections that become empty go too. */
function put(tree: Tree, [name = "", ...rest]: readonly string[], value: unknown): Tree {
  const { [name]: old, ...others } = tree;
  const next = rest.length === 0 ? value : put(isTree(old) ? old : {}, rest, value);
  const empty = next === undefined || (rest.length > 0 && isTree(next) && Object.keys(next).length === 0);
  return empty ? others : { ...others, [name]: next };
}

const pieces = (text: string): readonly string[] => text.split(/[\s,]+/u).filter((piece) => piece !== "");

function toText(value: unknown): string {
  if (Array.isArray(value)) {
    return value.join(", ");
  }
  return value === undefined || value === null || typeof value === "object" ? "" : String(value);
}

function fromText(name: DraftName, text: string): unknown {
  const value = text.trim();
  if (value === "") {
    return undefined;
  }
  if (CHOICES.has(name)) {
    return value === "true";
  }
  return LISTS.has(name) ? pieces(value) : name === "port" ? Number(value) : value;
}

/** The system that the form knows fields of. */
export function systemOf({ subType, type }: Pick<Connection, "subType" | "type">): System | undefined {
  const name = (subType ?? type).toLowerCase();
  if (name.includes("postgres")) {
    return "postgres";
  }
  return name === "s3" || name === "minio" ? "s3" : undefined;
}

/** What the form shows of a stored connection. */
export function draftOf(connection: Connection): Draft {
  const texts = NAMES.filter((name) => typeof blank[name] === "string").map((name) => {
    const value = SECRETS.has(name) ? "" : toText(at(connection, PLACES[name]));
    return [name, value === MASK ? "" : value];
  });
  const mode = toText(at(connection, PLACES.sslMode));
  return {
    ...(Object.fromEntries(texts) as Draft),
    verifyCertificate: at(connection, PLACES.verifyCertificate) === false ? "false" : "",
    ssl: at(connection, PLACES.ssl) === true || ENCRYPTED.has(mode),
    sslMode: ENCRYPTED.has(mode) ? mode : "verify-full",
  };
}

function putTls(document: Tree, { ssl, sslMode }: Draft): Tree {
  return put(put(document, PLACES.ssl, ssl), PLACES.sslMode, ssl ? sslMode : undefined);
}

/** The document of a new connection: what was filled in. */
export function created(system: System, draft: Draft): Tree {
  const filled = NAMES.filter((name) => typeof draft[name] === "string" && name !== "sslMode").reduce<Tree>(
    (document, name) => put(document, PLACES[name], fromText(name, String(draft[name]))),
    {},
  );
  return system === "postgres" ? putTls(filled, draft) : filled;
}

/** The whole document after an edit; only fields that differ from what the form began with are touched. */
export function edited(connection: Connection, before: Draft, after: Draft): Tree {
  const kept = Object.fromEntries(Object.entries(connection).filter(([name]) => !OWNED.has(name)));
  const changed = NAMES.filter((name) => before[name] !== after[name]);
  const isTls = (name: DraftName) => name === "ssl" || name === "sslMode";
  const plain = changed.filter((name) => !isTls(name));
  const document = plain.reduce<Tree>((tree, name) => {
    const value = after[name];
    return put(tree, PLACES[name], typeof value === "boolean" ? value : fromText(name, value));
  }, kept);
  const { credentials, ...rest } = changed.some(isTls) ? putTls(document, after) : document;
  const touched = changed.some((name) => PLACES[name][0] === "credentials");
  return touched ? { ...rest, credentials } : rest;
}
