/** What the audit tells of, as `entity_type` of the metastore's `/audits` takes it. */
export const KINDS = [
  "ASSET", "AUDIT", "CATALOG", "CLASSIFICATION", "COLUMN", "COMPLIANCE", "CONNECTION", "CRAWL", "DATA_PRODUCT", "DOMAIN", "FINDING",
  "GRANT", "KEY", "LOGIN_TICKET", "MEMBER", "REFRESH_TOKEN", "RELATIONSHIP", "ROUTE", "SCAN", "TAG", "TASK", "TERM", "UPLOAD", "USER",
  "VIOLATION", "WEBHOOK",
] as const;
