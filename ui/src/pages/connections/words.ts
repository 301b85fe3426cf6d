/** The choices of the filters and forms, in the design's words. */

export type Options = readonly (readonly [value: string, label: string])[];

export const ENVIRONMENTS: Options = [
  ["dev", "Development"],
  ["staging", "Staging"],
  ["prod", "Production"],
];

export const STATUSES: Options = [
  ["active", "Active"],
  ["inactive", "Inactive"],
  ["maintenance", "Maintenance"],
  ["missing", "Missing"],
];

export const SSL_MODES: Options = [
  ["verify-full", "Verify certificate and host name"],
  ["verify-ca", "Verify certificate"],
  ["require", "Encrypt, verify nothing"],
];

export const SCHEDULES: Options = [
  ["@hourly", "Every hour"],
  ["@daily", "Every day"],
  ["@weekly", "Every week"],
];

export const SYSTEMS = [
  ["postgres", "PostgreSQL"],
  ["s3", "S3, MinIO and compatible"],
] as const;

/** Where a bucket's name stands in the address; without a word it depends on the endpoint. */
export const PATH_STYLES: Options = [
  ["", "As usual for the endpoint"],
  ["true", "In the path"],
  ["false", "In the host"],
];

export const CERTIFICATES: Options = [
  ["", "Verify it"],
  ["false", "Encrypt, verify nothing"],
];

/** The classifications every tenant begins with. */
export const CLASSIFICATIONS: Options = [
  ["public", "Public"],
  ["internal", "Internal"],
  ["confidential", "Confidential"],
  ["restricted", "Restricted"],
];
