import { expect, test } from "vitest";

import { EMPTY, isComplete, request, wrongAddress } from "@/pages/transfer/draft";

test("an address names a bucket and a key", () => {
  expect(wrongAddress("")).toBeUndefined();
  expect(wrongAddress(" s3://bucket/a/b.jsonl.gz ")).toBeUndefined();
  for (const wrong of ["bucket/key", "s3://bucket", "s3://bucket/", "https://bucket/key", "s3://a/key"]) {
    expect(wrongAddress(wrong)).toBe("An address is s3://bucket/key");
  }
});

test("nothing is started before it is known what", () => {
  const file = new File(["{}"], "catalog.jsonl");
  expect(isComplete(EMPTY, undefined)).toBe(false);
  expect(isComplete(EMPTY, new File([], "empty.jsonl"))).toBe(false);
  expect(isComplete(EMPTY, file)).toBe(true);
  expect(isComplete({ ...EMPTY, from: "bucket" }, file)).toBe(false);
  expect(isComplete({ ...EMPTY, address: "s3://bucket/key", from: "bucket" }, undefined)).toBe(true);
});

test("an uploaded file is named by its id and no connection, an object by its address", () => {
  const draft = { ...EMPTY, address: " s3://bucket/key ", connection: "lake", priority: "9", strict: true, upsert: false };
  expect(request(draft, "upload:1")).toEqual({
    payload: { format: "json", options: { upsert: false, validate: true }, source: "upload:1" },
    priority: 9,
  });
  expect(request({ ...draft, from: "bucket" }).payload).toEqual({
    connection_id: "lake",
    format: "json",
    options: { upsert: false, validate: true },
    source: "s3://bucket/key",
  });
  expect(request({ ...draft, connection: "", from: "bucket" }).payload).not.toHaveProperty("connection_id");
});
