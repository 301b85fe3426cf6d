/** The metastore family keeps its design's own spelling: snake_case. The platform's crawls are camelCase. */

export type Column = {
  readonly classification?: string | null;
  readonly comment: string | null;
  readonly default: string | null;
  readonly description: string | null;
  readonly generated: string | null;
  readonly id: string;
  readonly identity: string | null;
  readonly name: string;
  readonly nullable: boolean;
  readonly position: number;
  readonly primary_key: boolean;
  readonly propagated_tags?: readonly PropagatedTag[];
  readonly references: readonly string[];
  readonly tags?: readonly string[];
  readonly type: string;
  readonly unique: boolean;
};

export type Key = { readonly columns: readonly string[]; readonly name: string };

export type ForeignKey = Key & {
  readonly target_columns: readonly string[];
  readonly target_name: string;
  readonly target_schema: string;
};

export type Index = Key & {
  readonly method?: string | null;
  readonly predicate?: string | null;
  readonly primary?: boolean;
  readonly unique?: boolean;
};

export type Partition = { readonly bound?: string | null; readonly name: string; readonly schema: string };

/** How many partitions of a dataset's files there are. */
export type PartitionCount = {
  readonly at_least?: boolean;
  readonly count: number;
  readonly first?: string;
  readonly last?: string;
};

/** What the source told of an asset; of datasets also facts that are not listed here. */
export type AssetMetadata = {
  readonly [fact: string]: unknown;
  readonly archived?: number;
  readonly compression?: string;
  readonly definition?: string;
  readonly empty?: number;
  readonly encrypted_at_rest?: boolean | string;
  readonly encryption?: string;
  readonly files?: number;
  readonly foreign_keys?: readonly ForeignKey[];
  readonly format?: string;
  readonly indexes?: readonly Index[];
  readonly last_modified?: string;
  readonly lifecycle?: boolean | string;
  readonly lifecycle_rules?: readonly unknown[];
  readonly partition_keys?: readonly { readonly name: string; readonly type: string }[];
  readonly partitions?: PartitionCount | readonly Partition[];
  readonly path?: string;
  readonly primary_key?: Key;
  readonly problem?: string;
  readonly problem_file?: string;
  readonly public_access?: boolean | string;
  readonly row_count?: number | null;
  readonly size_bytes?: number | null;
  readonly type_detail?: string | null;
  readonly unique_keys?: readonly Key[];
  readonly versioned?: boolean | string;
};

/** The partitions of a table. */
export const tablePartitions = ({ partitions }: AssetMetadata): readonly Partition[] =>
  Array.isArray(partitions) ? (partitions as readonly Partition[]) : [];

/** An asset as others refer to it: hits, and both ends of lineage. */
export type Brief = {
  readonly classification?: string | null;
  readonly connection_id: string | null;
  readonly description: string | null;
  readonly id: string;
  readonly name: string;
  readonly qualified_name: string;
  readonly removed_at: string | null;
  readonly tags: readonly string[];
  readonly type: string;
};

export type Owner = { readonly kind: string; readonly name: string; readonly role: string };

/** A tag that came along lineage, and whence: `from_column` is told of a column's. */
export type PropagatedTag = {
  readonly depth: number;
  readonly from_asset: string;
  readonly from_column?: string | null;
  readonly from_name: string | null;
  readonly tag: string;
};

export type Asset = Brief & {
  readonly domain?: string | null;
  readonly owners?: readonly Owner[];
  readonly products?: readonly string[];
  readonly propagated_tags?: readonly PropagatedTag[];
  readonly terms?: readonly string[];
  readonly crawled_at: string | null;
  readonly metadata: AssetMetadata;
  readonly schema: readonly Column[];
  readonly updated_at: string;
  readonly version: number;
};

export type SearchHit = {
  readonly asset: Brief;
  readonly highlights: Readonly<Record<string, readonly string[]>>;
  readonly score: number;
};

/** Over how many of the hits something was worked out. */
export type Among = "all" | "newest" | "some";

export type SearchAnswer = {
  readonly ranked_among?: Among;
  /** What looks like a filter in the text and is none, and why. */
  readonly hints?: readonly string[];
  readonly results: readonly SearchHit[];
  readonly total: number;
  readonly total_is_capped?: boolean;
};

export type Facets = {
  readonly facets: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly ranked_among?: Among;
  readonly total_is_capped?: boolean;
};

export type ColumnMapping = Readonly<Record<string, readonly string[]>>;

export type Relationship = {
  /** Hops from the asset that was asked about. */
  readonly depth?: number;
  readonly id: string;
  readonly metadata: { readonly column_mapping?: ColumnMapping };
  readonly source_asset_id: string;
  readonly target_asset_id: string;
  readonly type: string;
};

export type LineageEntry = { readonly asset: Brief; readonly relationship: Relationship };

export type LineageAnswer = {
  readonly asset: Brief;
  readonly downstream: readonly LineageEntry[];
  readonly is_partial?: boolean;
  readonly upstream: readonly LineageEntry[];
};

export type DiffEntry = {
  readonly changes?: readonly string[];
  readonly id: string;
  readonly qualifiedName: string;
  readonly revived?: boolean;
  readonly type: string;
};

export type DiffKind = "added" | "changed" | "held" | "removed";

/** A crawl; what it found is there once it is complete, of each kind of difference the first of them. */
export type Crawl = Partial<Readonly<Record<DiffKind, readonly DiffEntry[]>>> & {
  readonly columns?: number;
  readonly counts?: Readonly<Record<string, number>>;
  readonly relationships?: number;
  readonly releasedAt: string | null;
  readonly releasedBy: string | null;
  readonly schemas?: number;
  readonly status: string;
  readonly tables?: number;
  readonly views?: number;
};
