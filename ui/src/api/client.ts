/** One way to our REST: same origin, Airflow's cookie, our header on writes, errors as a class. */

import { ApiError, type ErrorBody } from "@/api/error";
import { restBase } from "@/app/place";

export type Family = "connections-platform" | "metastore" | "platform";

export type Query = Record<string, boolean | number | string | undefined>;

export type Call = {
  readonly body?: unknown;
  readonly ifMatch?: string | undefined;
  readonly method?: "DELETE" | "GET" | "PATCH" | "POST" | "PUT";
  readonly query?: Query;
  readonly signal?: AbortSignal | undefined;
};

export function address(family: Family, path: string, query: Query = {}): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== "") {
      params.set(name, String(value));
    }
  }
  const text = params.toString();
  return `${restBase}/${family}/v1${path}${text === "" ? "" : `?${text}`}`;
}

function headers({ body, ifMatch, method = "GET" }: Call): Record<string, string> {
  return {
    Accept: "application/json",
    ...(method === "GET" ? {} : { "X-Crosswind-Request": "1" }),
    ...(body === undefined ? {} : { "Content-Type": "application/json" }),
    ...(ifMatch === undefined ? {} : { "If-Match": ifMatch }),
  };
}

async function send(family: Family, path: string, options: Call): Promise<Response> {
  const { body, method = "GET", query, signal } = options;
  try {
    return await fetch(address(family, path, query), {
      credentials: "same-origin",
      headers: headers(options),
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") {
      throw error;
    }
    throw new ApiError(0, { error: { code: "OFFLINE", message: "The server cannot be reached." } });
  }
}

export type Tagged<T> = { readonly body: T; readonly etag: string | undefined };

/** The body of an answer, or an `ApiError`. */
export const call = async <T>(family: Family, path: string, options: Call = {}): Promise<T> => (await callTagged<T>(family, path, options)).body;

/** The body of an answer with the tag of its version, which a change of it gives back. */
export async function callTagged<T>(family: Family, path: string, options: Call = {}): Promise<Tagged<T>> {
  const response = await send(family, path, options);
  const text = await response.text();
  let body: unknown;
  try {
    body = text === "" ? undefined : JSON.parse(text);
  } catch {
    body = undefined;
  }
  if (!response.ok) {
    throw new ApiError(response.status, (body ?? {}) as ErrorBody, response.headers.get("X-Request-Id") ?? undefined);
  }
  return { body: body as T, etag: response.headers.get("ETag") ?? undefined };
}

export const part = encodeURIComponent;
