import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { forgetAsset } from "@/api/assets";
import { call, part, type Query } from "@/api/client";
import type { Page } from "@/api/types";

export type Person = { readonly id: string; readonly name: string | null };

/** One change of an asset: by a person (`curated`), in its source, or its first state (`created`, `oldest`). */
export type Version = {
  readonly at: string;
  readonly breaking: boolean;
  readonly by: Person | null;
  readonly changes: readonly string[];
  readonly kind: string;
  readonly number: number;
};

export type FieldChange = { readonly after: unknown; readonly before: unknown; readonly field: string };

export type SchemaChange = {
  readonly after: unknown;
  readonly before: unknown;
  readonly breaking: boolean;
  readonly column: string | null;
  readonly kind: string;
};

/** What came to a list and what went from it. */
export type Moved<T> = { readonly added: readonly T[]; readonly removed: readonly T[] };

export type DiffOwner = { readonly kind: string; readonly name: string; readonly role: string };

export type Diff = {
  readonly after: number;
  readonly before: number;
  readonly breaking: boolean;
  readonly columns: {
    readonly added: readonly string[];
    readonly changed: Readonly<Record<string, readonly FieldChange[]>>;
    readonly removed: readonly string[];
  };
  readonly fields: readonly FieldChange[];
  readonly owners: Moved<DiffOwner>;
  readonly products: Moved<string>;
  readonly schema: readonly SchemaChange[];
  readonly tags: Moved<string>;
  readonly terms: Moved<string>;
};

export const VERSIONS_A_PAGE = 20;

export const useVersions = (id: string, page: number) =>
  useQuery({
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      call<Page<Version>>("platform", `/assets/${part(id)}/versions`, { query: { page, pageSize: VERSIONS_A_PAGE }, signal }),
    queryKey: ["versions", id, page],
  });

export const useDiff = (id: string, from: number, to: number | undefined) =>
  useQuery({
    queryFn: ({ signal }) => call<Diff>("platform", `/assets/${part(id)}/diff`, { query: { from, to }, signal }),
    queryKey: ["versions", id, "diff", from, to],
  });

/** What of a version could not be restored, as it is there no more. */
export type Restored = { readonly not_restored: readonly string[] };

export function useRestoreVersion(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ number, version }: { readonly number: number; readonly version: number }) =>
      call<Restored>("platform", `/assets/${part(id)}/versions/${number}/restore`, { ifMatch: `"${version}"`, method: "POST" }),
    onSettled: () => forgetAsset(client, id),
  });
}

export type Audit = {
  readonly action: string;
  readonly after_state: Readonly<Record<string, unknown>> | null;
  readonly before_state: Readonly<Record<string, unknown>> | null;
  readonly entity_id: string;
  readonly entity_type: string;
  readonly id: string;
  readonly outcome: string;
  readonly timestamp: string;
  readonly user: { readonly id: string; readonly name: string };
};

type Audits = {
  readonly data: readonly Audit[];
  readonly pagination: { readonly has_more: boolean; readonly limit: number; readonly offset: number; readonly total: number };
};

export const AUDITS_A_PAGE = 20;

export const useAudits = (of: Query, page: number) =>
  useQuery({
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      call<Audits>("metastore", "/audits", {
        query: { ...of, limit: AUDITS_A_PAGE, offset: (page - 1) * AUDITS_A_PAGE },
        signal,
      }),
    queryKey: ["audits", of, page],
  });

/** A run of a job as its OpenLineage events told. */
export type JobRun = {
  readonly assetId: string;
  readonly endedAt: string | null;
  readonly jobName: string;
  readonly jobNamespace: string;
  readonly runId: string;
  readonly startedAt: string | null;
  readonly state: string;
  readonly updatedAt: string;
};

export const useAssetRuns = (id: string, page: number) =>
  useQuery({
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      call<Page<JobRun>>("platform", `/assets/${part(id)}/runs`, { query: { page, pageSize: 20 }, signal }),
    queryKey: ["asset-runs", id, page],
  });
