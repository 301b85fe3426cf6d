/** An import as the form has it, before it is asked for. */

import type { NewImport } from "@/api/transfer";

export type Draft = {
  readonly address: string;
  readonly connection: string;
  readonly from: "bucket" | "file";
  readonly priority: string;
  readonly strict: boolean;
  readonly upsert: boolean;
};

export const EMPTY: Draft = { address: "", connection: "", from: "file", priority: "5", strict: false, upsert: true };

const ADDRESS = /^s3:\/\/[A-Za-z0-9][A-Za-z0-9._-]{1,61}[A-Za-z0-9]\/\S/u;

/** What is wrong with an address, as soon as something is typed. */
export function wrongAddress(address: string): string | undefined {
  const given = address.trim();
  return given === "" || ADDRESS.test(given) ? undefined : "An address is s3://bucket/key";
}

export const isComplete = ({ address, from }: Draft, file: File | undefined): boolean =>
  from === "file" ? file !== undefined && file.size > 0 : address.trim() !== "" && wrongAddress(address) === undefined;

/** What is asked for; `source` is what an uploaded file is named by. */
export function request({ address, connection, from, priority, strict, upsert }: Draft, source?: string): NewImport {
  const fromBucket = from === "bucket";
  return {
    payload: {
      ...(fromBucket && connection !== "" ? { connection_id: connection } : {}),
      format: "json",
      options: { upsert, validate: strict },
      source: fromBucket ? address.trim() : (source ?? ""),
    },
    priority: Number(priority),
  };
}
