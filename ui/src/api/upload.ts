/** Files on their way in, with how much of them is sent: `fetch` does not tell it. */

import { address, type Query } from "@/api/client";
import { ApiError, type ErrorBody } from "@/api/error";

export type Sending = {
  readonly onSent: (share: number) => void;
  readonly query?: Query;
  readonly signal: AbortSignal;
};

function parsed(text: string): unknown {
  try {
    return text === "" ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

const stopped = () => new DOMException("The file was not sent to its end", "AbortError");

/** Send a file to a route of the platform family; its answer, or an `ApiError`. */
export function sendFile<T>(path: string, file: File, { onSent, query, signal }: Sending): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", address("platform", path, query));
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.setRequestHeader("X-Crosswind-Request", "1");
    request.upload.onprogress = ({ loaded, total }) => onSent(total === 0 ? 0 : loaded / total);
    request.onabort = () => reject(stopped());
    request.onerror = () => reject(new ApiError(0, { error: { code: "OFFLINE", message: "The file could not be sent to its end." } }));
    request.onload = () => {
      const body = parsed(request.responseText);
      if (request.status < 400) {
        resolve(body as T);
      } else {
        reject(new ApiError(request.status, (body ?? {}) as ErrorBody, request.getResponseHeader("X-Request-Id") ?? undefined));
      }
    };
    if (signal.aborted) {
      reject(stopped());
      return;
    }
    signal.addEventListener("abort", () => request.abort());
    request.send(file);
  });
}

export const wasStopped = (error: unknown): boolean => error instanceof DOMException && error.name === "AbortError";
