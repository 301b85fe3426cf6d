/** Classifications and tags, findings of personal data, and compliance, as the server answers them. */

export type Classification = {
  readonly description?: string | null;
  readonly id: string;
  readonly level: number;
  readonly name: string;
};

export type Tag = {
  readonly category?: string | null;
  readonly createdAt?: string;
  readonly description?: string | null;
  readonly id: string;
  readonly name: string;
};

export type Resource = { readonly id: string; readonly type: "asset" | "column" | "connection" };

export type Labelling = {
  readonly addTags?: readonly string[];
  readonly classification?: string | null;
  readonly removeTags?: readonly string[];
  readonly resources: readonly Resource[];
};

export type LabelOutcome = {
  readonly applied: number;
  readonly failed: number;
  readonly results: readonly {
    readonly code?: string | null;
    readonly message?: string | null;
    readonly outcome: "applied" | "failed" | "unchanged";
    readonly resource: Resource;
  }[];
  readonly unchanged: number;
};

export type FindingStatus = "confirmed" | "proposed" | "rejected";

export type Finding = {
  readonly assetId: string;
  readonly assetName: string;
  readonly column: string;
  readonly confidence: number;
  readonly connectionId: string | null;
  /** What of the kind it is, such as the country of a national id. */
  readonly detail?: string | null;
  readonly firstSeen: string;
  readonly id: string;
  readonly kind: string;
  readonly lastSeen: string;
  readonly qualifiedName: string;
  readonly reason: string;
  readonly reviewedAt?: string | null;
  readonly reviewedBy?: string | null;
  readonly status: FindingStatus;
  readonly version?: number;
};

export type FindingSummary = {
  readonly kinds: readonly ({ readonly kind: string } & Readonly<Record<FindingStatus, number>>)[];
};

export type Decision = "confirm" | "reject" | "reopen";

export type ReviewAnswer = {
  readonly results: readonly {
    readonly code?: string | null;
    readonly id: string;
    readonly message?: string | null;
    readonly outcome: string;
  }[];
};

export type StandardStatus = {
  readonly bySeverity: Readonly<Record<string, number>>;
  readonly failed: number;
  readonly lastScan: string | null;
  readonly notApplicable: number;
  readonly openViolations: number;
  readonly waivedViolations?: number;
  readonly passed: number;
  readonly rules: number;
  readonly standard: string;
  readonly title: string;
  readonly unknown: number;
};

export type ComplianceStatus = {
  readonly connections?: { readonly neverScanned: number; readonly scanned: number; readonly total: number };
  readonly standards: readonly StandardStatus[];
};

export type Violation = {
  readonly action: string | null;
  /** The asset that violates, or whose column does. */
  readonly assetId?: string | null;
  readonly closedAt?: string | null;
  readonly connectionId: string | null;
  readonly evidence: Readonly<Record<string, unknown>>;
  readonly firstSeen: string;
  readonly id: string;
  readonly lastSeen: string;
  readonly message: string;
  readonly owner?: string | null;
  readonly remedy: string;
  readonly resource: { readonly id: string; readonly name: string; readonly type: string };
  readonly rule: string;
  readonly severity: string;
  readonly standards: readonly { readonly citation: string; readonly standard: string }[];
  readonly status: "closed" | "open";
  readonly title: string;
  readonly version?: number;
  /** Who accepts it as it is, why and until when. */
  readonly waiver?: Waiver | null;
};

export type Waiver = { readonly at: string; readonly by: string; readonly reason: string; readonly until: string };

export type RemedyOutcome = {
  readonly action: string | null;
  readonly after?: unknown;
  readonly before?: unknown;
  readonly message?: string | null;
  readonly outcome: "applied" | "failed" | "manual" | "planned" | "unchanged";
  readonly violationId: string;
};

export type Remediation = { readonly results: readonly RemedyOutcome[] };

export type ScanStarted = {
  readonly taskId: string;
  readonly tasks: readonly { readonly connectionId: string; readonly taskId: string }[];
};
