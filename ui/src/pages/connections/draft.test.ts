import { describe, expect, it } from "vitest";

import { ApiError } from "@/api/error";
import { check, EMPTY, fieldErrors } from "@/pages/connections/draft";

const FULL = { ...EMPTY.postgres, database: "flights", host: "db.example.com", name: "Flights", username: "reader" };

describe("check", () => {
  it("asks for what the server needs", () => {
    expect(Object.keys(check("postgres", EMPTY.postgres))).toEqual(["name", "host", "database", "username"]);
    expect(Object.keys(check("s3", EMPTY.s3))).toEqual(["name", "bucket"]);
    expect(check("postgres", FULL)).toEqual({});
  });

  it("refuses ports, ids and endpoints that cannot be", () => {
    expect(Object.keys(check("postgres", { ...FULL, id: "a b", port: "70000" }))).toEqual(["port", "id"]);
    const bucket = { ...EMPTY.s3, bucket: "b", name: "B" };
    expect(Object.keys(check("s3", { ...bucket, endpoint: "127.0.0.1:9000" }))).toEqual(["endpoint"]);
    expect(check("s3", { ...bucket, endpoint: "http://127.0.0.1:9000" })).toEqual({});
    expect(Object.keys(check("s3", { ...bucket, secretKey: "x" }))).toEqual(["accessKey"]);
  });
});

describe("fieldErrors", () => {
  it("finds the form's field in the server's path", () => {
    const refusal = (field: string) => new ApiError(400, { error: { details: { field }, message: "no" } });
    expect(fieldErrors(refusal("configuration.discovery.include.0"))).toEqual({ include: "no" });
    expect(fieldErrors(refusal("compliance.dataClassification"))).toEqual({ classification: "no" });
    expect(fieldErrors(refusal("host"))).toEqual({ host: "no" });
    expect(fieldErrors(refusal("metadata.size"))).toEqual({});
  });
});
