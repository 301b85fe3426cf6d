/** A refusal, as each family words it. */

export type ErrorBody = {
  readonly error?: {
    readonly code?: string;
    readonly details?: Record<string, unknown>;
    readonly message?: string;
    readonly requestId?: string;
    readonly request_id?: string;
  };
};

/** A refusal of the server's, with what it says about the cause. */
export class ApiError extends Error {
  readonly code: string;
  readonly details: Record<string, unknown>;
  readonly requestId: string | undefined;
  readonly status: number;

  constructor(status: number, body: ErrorBody, requestId?: string) {
    const { error } = body;
    super(error?.message ?? `The server answered ${status}.`);
    this.name = "ApiError";
    this.status = status;
    this.code = error?.code ?? String(status);
    this.details = error?.details ?? {};
    this.requestId = error?.requestId ?? error?.request_id ?? requestId;
  }

  /** The field the server names, as a dotted path. */
  get field(): string | undefined {
    return typeof this.details["field"] === "string" ? this.details["field"] : undefined;
  }

  get transient(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 502;
  }
}
