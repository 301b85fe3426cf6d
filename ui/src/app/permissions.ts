/** What each button needs; the server decides again on every request. */

import { useQuery } from "@tanstack/react-query";

import { call } from "@/api/client";
import type { Me } from "@/api/types";

export const NEEDS = {
  adopt: "adoption:create",
  cancel: "task:delete",
  changeWebhook: "webhook:update",
  classify: "classification:create",
  crawl: "task:create",
  createDomain: "domain:create",
  createProduct: "product:create",
  createTerm: "term:create",
  createWebhook: "webhook:create",
  deleteDomain: "domain:delete",
  deleteProduct: "product:delete",
  deleteTag: "tag:delete",
  deleteTerm: "term:delete",
  deleteWebhook: "webhook:delete",
  describe: "asset:update",
  discard: "asset:delete",
  edit: "connection:update",
  editDomain: "domain:update",
  editProduct: "product:update",
  editTag: "tag:update",
  editTerm: "term:update",
  export: "asset:read",
  import: "asset:create",
  label: "tag:update",
  readAudit: "audit:read",
  readCompliance: "compliance:read",
  readDomains: "domain:read",
  readFindings: "finding:read",
  readProducts: "product:read",
  readRelationships: "relationship:read",
  readTags: "tag:read",
  readTerms: "term:read",
  readWebhooks: "webhook:read",
  register: "connection:create",
  relate: "relationship:create",
  release: "crawl:release",
  remediate: "compliance:remediate",
  remove: "connection:delete",
  review: "finding:review",
  scan: "compliance:scan",
  tag: "tag:create",
  test: "connection:test",
  waive: "compliance:waive",
  unrelate: "relationship:delete",
} as const;

export type Deed = keyof typeof NEEDS;

export const useMe = () =>
  useQuery({ queryFn: ({ signal }) => call<Me>("platform", "/me", { signal }), queryKey: ["me"], staleTime: 60_000 });

/** Whether the one who is signed in may do it; `false` until we know. */
export function useMay(): (deed: Deed) => boolean {
  const { data } = useMe();
  return (deed) => data !== undefined && data.permissions.includes(NEEDS[deed]);
}
