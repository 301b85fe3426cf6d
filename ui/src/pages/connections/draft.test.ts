import { describe, expect, it } from "vitest";

import { ApiError } from "@/api/error";
import { check, EMPTY, fieldErrors, toRequest } from "@/pages/connections/draft";

const FULL = { ...EMPTY, database: "flights", host: "db.example.com", name: "Flights", username: "reader" };

describe("check", () => {
  it("asks for what the server needs", () => {
    expect(Object.keys(check(EMPTY))).toEqual(["name", "host", "database", "username"]);
    expect(check(FULL)).toEqual({});
  });

  it("refuses ports and ids that cannot be", () => {
    expect(Object.keys(check({ ...FULL, id: "a b", port: "70000" }))).toEqual(["port", "id"]);
  });
});

describe("toRequest", () => {
  it("leaves out what was left empty", () => {
    expect(toRequest({ ...FULL, ssl: false })).toEqual({
      configuration: { database: "flights", host: "db.example.com", port: 5432, ssl: false },
      credentials: { username: "reader" },
      environment: "dev",
      name: "Flights",
    });
  });

  it("splits patterns at commas and spaces", () => {
    const { configuration } = toRequest({ ...FULL, exclude: "tmp_*", include: "public.*, crm.*" });
    expect(configuration["discovery"]).toEqual({ exclude: ["tmp_*"], include: ["public.*", "crm.*"] });
  });
});

describe("fieldErrors", () => {
  it("finds the form's field in the server's path", () => {
    const refusal = (field: string) => new ApiError(400, { error: { details: { field }, message: "no" } });
    expect(fieldErrors(refusal("configuration.discovery.include.0"))).toEqual({ include: "no" });
    expect(fieldErrors(refusal("metadata.size"))).toEqual({});
  });
});
