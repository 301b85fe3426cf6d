import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { call, part, type Query } from "@/api/client";
import type { AdoptableConnection, CheckStep, Connection, Health, Page, StepStatus } from "@/api/types";

export type TestAnswer = {
  readonly milliseconds?: number | null;
  readonly status?: string;
  readonly steps: readonly CheckStep[];
};

/** The worst of the steps says how the check went: a failed gate or capability, then a warning. */
export function verdict(steps: readonly CheckStep[]): StepStatus {
  const has = (status: StepStatus) => steps.some((step) => step.status === status);
  if (has("failed")) {
    return "failed";
  }
  return has("warning") ? "warning" : "passed";
}

export const useConnections = (query: Query) =>
  useQuery({
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => call<Page<Connection>>("connections-platform", "/connections", { query, signal }),
    queryKey: ["connections", query],
  });

export const useConnection = (id: string) =>
  useQuery({
    queryFn: ({ signal }) => call<Connection>("connections-platform", `/connections/${part(id)}`, { signal }),
    queryKey: ["connection", id],
  });

export const useHealth = (id: string, enabled = true) =>
  useQuery({
    enabled,
    queryFn: ({ signal }) => call<Health>("connections-platform", `/connections/${part(id)}/health`, { signal }),
    queryKey: ["health", id],
  });

/** Run a check; its steps replace what was known of the connection's health. */
export function useTest(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () =>
      call<TestAnswer>("connections-platform", `/connections/${part(id)}/test`, { body: {}, method: "POST" }),
    mutationKey: ["test", id],
    onSettled: async () => {
      await Promise.all(
        [["connections"], ["connection", id], ["health", id]].map((queryKey) => client.invalidateQueries({ queryKey })),
      );
    },
  });
}

export type PostgresRequest = {
  readonly configuration: Record<string, unknown>;
  readonly credentials: Record<string, unknown>;
  readonly description?: string;
  readonly environment: string;
  readonly id?: string;
  readonly name: string;
};

export function useRegister() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: PostgresRequest) =>
      call<Connection>("connections-platform", "/connections/database/postgres", { body, method: "POST" }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["connections"] }),
  });
}

export const useAdoptable = (enabled: boolean) =>
  useQuery({
    enabled,
    queryFn: ({ signal }) =>
      call<Page<AdoptableConnection>>("platform", "/airflow-connections", { query: { pageSize: 100 }, signal }),
    queryKey: ["adoptable"],
  });

export function useAdopt() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (connId: string) =>
      call<Connection>("platform", `/airflow-connections/${part(connId)}/adopt`, { body: {}, method: "POST" }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["connections"] });
      await client.invalidateQueries({ queryKey: ["adoptable"] });
    },
  });
}
