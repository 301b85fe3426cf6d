import { describe, expect, it } from "vitest";

import type { Connection } from "@/api/types";
import { created, draftOf, edited, systemOf } from "@/pages/connections/document";
import { EMPTY } from "@/pages/connections/draft";

const FULL = { ...EMPTY.postgres, database: "flights", host: "db.example.com", name: "Flights", username: "reader" };
const STORED: Connection = {
  compliance: { dataClassification: "confidential" },
  configuration: { database: "flights", host: "db", port: 5432, sslMode: "require", vendor: { kept: true } },
  credentials: { passwordRef: "********", username: "reader" },
  id: "c",
  name: "Flights",
  status: "active",
  subType: "rds-postgres",
  type: "database",
  version: 3,
};

describe("created", () => {
  it("leaves out what was left empty", () => {
    expect(created("postgres", { ...FULL, ssl: false })).toEqual({
      configuration: { database: "flights", host: "db.example.com", port: 5432, ssl: false },
      credentials: { username: "reader" },
      environment: "dev",
      name: "Flights",
    });
  });

  it("splits patterns at commas and spaces", () => {
    const document = created("postgres", { ...FULL, exclude: "tmp_*", include: "public.*, crm.*" });
    expect(document["configuration"]).toMatchObject({
      discovery: { exclude: ["tmp_*"], include: ["public.*", "crm.*"] },
    });
  });

  it("makes a bucket without anything of a database", () => {
    expect(created("s3", { ...EMPTY.s3, bucket: "logs", name: "Logs", pathStyle: "true" })).toEqual({
      configuration: { bucket: "logs", pathStyleAccess: true },
      environment: "dev",
      name: "Logs",
    });
  });
});

describe("edited", () => {
  const before = draftOf(STORED);

  it("reads the form from what is stored", () => {
    expect(before).toMatchObject({ classification: "confidential", password: "", port: "5432", ssl: true });
    expect(before.sslMode).toBe("require");
    expect(systemOf(STORED)).toBe("postgres");
  });

  it("touches only what was changed, and leaves out what the server owns", () => {
    const { credentials: _kept, status: _status, version: _version, ...rest } = STORED;
    expect(edited(STORED, before, { ...before, owner: "ops" })).toEqual({ ...rest, owner: "ops" });
  });

  it("sends credentials only when one is given anew, beside those that stay", () => {
    expect(edited(STORED, before, { ...before, password: "new" })["credentials"]).toEqual({
      password: "new",
      passwordRef: "********",
      username: "reader",
    });
  });

  it("takes out what was emptied", () => {
    expect(edited(STORED, before, { ...before, classification: "" })["compliance"]).toBeUndefined();
    expect(edited(STORED, before, { ...before, ssl: false })["configuration"]).toEqual({
      database: "flights",
      host: "db",
      port: 5432,
      ssl: false,
      vendor: { kept: true },
    });
  });
});

describe("a bucket's form", () => {
  const bucket: Connection = {
    configuration: { bucket: "logs", pathStyleAccess: true, storageClass: "STANDARD", verifyCertificate: false },
    credentials: { accessKey: "AKIA", secretKey: "********", sessionToken: "********" },
    id: "b",
    name: "Logs",
    status: "active",
    subType: "s3",
    type: "storage",
  };
  const before = draftOf(bucket);

  it("shows the access key and no secret", () => {
    expect(systemOf(bucket)).toBe("s3");
    expect(before).toMatchObject({ accessKey: "AKIA", pathStyle: "true", secretKey: "", verifyCertificate: "false" });
  });

  it("keeps masks and what it does not show, and leaves to the server what is as usual", () => {
    const after = edited(bucket, before, { ...before, pathStyle: "", secretKey: "new", verifyCertificate: "" });
    expect(after["configuration"]).toEqual({ bucket: "logs", storageClass: "STANDARD" });
    expect(after["credentials"]).toEqual({ accessKey: "AKIA", secretKey: "new", sessionToken: "********" });
  });
});
