import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { call, part, type Query } from "@/api/client";
import { readHealth, type WireHealth } from "@/api/health";
import type { AdoptableConnection, CheckStep, Connection, Health, Page } from "@/api/types";

const ALL = 100;

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
    queryFn: async ({ signal }) =>
      readHealth(await call<WireHealth>("connections-platform", `/connections/${part(id)}/health`, { signal })),
    queryKey: ["health", id],
  });

/** The last results of many connections, by id. */
export const useHealths = () =>
  useQuery({
    queryFn: async ({ signal }) => {
      const page = await call<Page<WireHealth>>("connections-platform", "/health/connections", {
        query: { pageSize: ALL },
        signal,
      });
      return new Map(page.data.map((wire) => [wire.connectionId, readHealth(wire)]));
    },
    queryKey: ["healths"],
  });

type TestAnswer = Omit<Health, "steps"> & { readonly steps: readonly CheckStep[]; readonly success: boolean };

/** Run a check; its result is the connection's health from then on. */
export function useTest(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => call<TestAnswer>("connections-platform", `/connections/${part(id)}/test`, { method: "POST" }),
    mutationKey: ["test", id],
    onSettled: async () => {
      const stale = [["connections"], ["connection", id], ["health", id], ["healths"]];
      await Promise.all(stale.map((queryKey) => client.invalidateQueries({ queryKey })));
    },
  });
}

const PATHS = { postgres: "/connections/database/postgres", s3: "/connections/storage/s3" } as const;

type Registration = { readonly document: unknown; readonly system: keyof typeof PATHS };

export function useRegister() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ document, system }: Registration) =>
      call<Connection>("connections-platform", PATHS[system], { body: document, method: "POST" }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["connections"] }),
  });
}

/** Replace a connection's document; a version that moved meanwhile is refused. */
export function useUpdateConnection({ id, version = 0 }: Connection) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: unknown) =>
      call<Connection>("connections-platform", `/connections/${part(id)}`, {
        body,
        ifMatch: `"${version}"`,
        method: "PUT",
      }),
    onSettled: async () => {
      await client.invalidateQueries({ queryKey: ["connection", id] });
      await client.invalidateQueries({ queryKey: ["connections"] });
    },
  });
}

export function useDeleteConnection({ id, version = 0 }: Connection) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () =>
      call<unknown>("connections-platform", `/connections/${part(id)}`, { ifMatch: `"${version}"`, method: "DELETE" }),
    onSuccess: async () => {
      const gone = [["connections"], ["healths"], ["runs"], ["search"], ["facets"]];
      await Promise.all(gone.map((queryKey) => client.invalidateQueries({ queryKey })));
    },
  });
}

export const useAdoptable = (enabled: boolean) =>
  useQuery({
    enabled,
    queryFn: ({ signal }) =>
      call<Page<AdoptableConnection>>("platform", "/airflow-connections", { query: { pageSize: ALL }, signal }),
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
