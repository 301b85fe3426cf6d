/** What the three families answer, as far as the pages read it. */

export type Page<T> = {
  readonly data: readonly T[];
  readonly pagination: {
    readonly hasNext: boolean;
    readonly page: number;
    readonly pageSize: number;
    readonly totalCount: number;
  };
};

export type Me = {
  readonly kind: string;
  readonly name: string;
  readonly permissions: readonly string[];
  readonly subject: string;
  readonly tenant: string;
  readonly tenants: readonly string[];
};

export type StepStatus = "failed" | "passed" | "skipped" | "warning";

export type CheckStep = {
  readonly code?: string | null;
  readonly message?: string | null;
  readonly milliseconds?: number | null;
  readonly name: string;
  readonly remedy?: string | null;
  readonly status: StepStatus;
};

/** The last result of a test, whether it was read or just made. */
export type Health = {
  readonly checkedAt: string | null;
  readonly latencyMs: number | null;
  readonly status: string;
  readonly steps: readonly CheckStep[];
};

export type Discovery = {
  readonly depth?: string;
  readonly exclude?: readonly string[];
  readonly include?: readonly string[];
  readonly schedule?: string | null;
};

export type Connection = {
  readonly aiZone?: string | null;
  readonly airflowConnId?: string;
  readonly adopted?: boolean;
  readonly compliance?: { readonly dataClassification?: string; readonly retention?: string };
  readonly configuration?: Record<string, unknown> & { readonly discovery?: Discovery };
  readonly created?: string;
  readonly credentials?: Record<string, unknown>;
  readonly description?: string | null;
  readonly environment?: string | null;
  readonly id: string;
  readonly name?: string | null;
  readonly owner?: string | null;
  readonly provider?: string | null;
  readonly status: string;
  readonly subType?: string | null;
  readonly tags?: Record<string, unknown>;
  readonly type: string;
  readonly updated?: string;
  readonly version?: number;
};

export type AdoptableConnection = {
  readonly connId: string;
  readonly connType: string;
  readonly database: string | null;
  readonly description: string | null;
  readonly host: string | null;
  readonly port: number | null;
};

export type RunStatus = "CANCELLED" | "COMPLETED" | "FAILED" | "PENDING" | "RUNNING";

export type Run = {
  readonly connectionId?: string | null;
  readonly connectionName?: string | null;
  readonly createdAt?: string | null;
  readonly dagId?: string | null;
  readonly error?: RunError | null;
  /** How the file of a bulk ingestion is called. */
  readonly fileName?: string | null;
  readonly finishedAt?: string | null;
  readonly id: string;
  /** What was asked for, where a run is read by itself. */
  readonly payload?: RunPayload;
  readonly priority: number;
  readonly progress?: number | null;
  readonly requestedBy?: string | null;
  readonly result?: Record<string, unknown> | null;
  /** The file that a bulk ingestion takes in. */
  readonly source?: string | null;
  readonly startedAt?: string | null;
  readonly status: RunStatus;
  readonly type: string;
};

export type RunPayload = {
  readonly name?: string;
  readonly options?: { readonly upsert?: boolean; readonly validate?: boolean };
  readonly source?: string;
};

export type RunError = {
  readonly code?: string | null;
  readonly message?: string | null;
  readonly remedy?: string | null;
  readonly step?: string | null;
};
