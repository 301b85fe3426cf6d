/** The metastore family keeps its design's own spelling: snake_case. */

export type Column = {
  readonly comment?: string | null;
  readonly data_type?: string;
  readonly default?: string | null;
  readonly description?: string | null;
  readonly generated?: string | null;
  readonly id?: string;
  readonly identity?: string | null;
  readonly name: string;
  readonly nullable?: boolean;
  readonly position?: number;
  readonly type?: string;
};

export type Key = { readonly columns: readonly string[]; readonly name: string };

export type ForeignKey = Key & {
  readonly target_columns?: readonly string[];
  readonly target_name?: string;
  readonly target_schema?: string;
};

export type Index = Key & {
  readonly method?: string | null;
  readonly predicate?: string | null;
  readonly primary?: boolean;
  readonly unique?: boolean;
};

export type AssetMetadata = {
  readonly comment?: string | null;
  readonly database?: string;
  readonly definition?: string | null;
  readonly foreign_keys?: readonly ForeignKey[];
  readonly indexes?: readonly Index[];
  readonly partitions?: readonly { readonly bound?: string | null; readonly name: string; readonly schema?: string }[];
  readonly primary_key?: Key | null;
  readonly row_count?: number | null;
  readonly schema?: string;
  readonly size_bytes?: number | null;
  readonly type_detail?: string;
  readonly unique_keys?: readonly Key[];
};

export type Asset = {
  readonly connection_id?: string | null;
  readonly crawled_at?: string | null;
  readonly created_at?: string;
  readonly description?: string | null;
  readonly id: string;
  readonly metadata?: AssetMetadata;
  readonly name: string;
  readonly qualified_name?: string;
  readonly removed_at?: string | null;
  readonly schema?: readonly Column[];
  readonly status?: string | null;
  readonly tags?: readonly string[];
  readonly type: string;
  readonly updated_at?: string;
  readonly version?: number;
};

export type SearchHit = {
  readonly asset: Asset;
  readonly highlights?: Record<string, readonly string[]>;
  readonly score: number;
};

export type SearchAnswer = { readonly results: readonly SearchHit[]; readonly total: number };

export type Facets = { readonly facets: Record<string, Record<string, number>> };

export type ColumnMapping = Record<string, readonly string[] | string>;

export type Relationship = {
  readonly id?: string;
  readonly metadata?: { readonly column_mapping?: ColumnMapping };
  readonly source_asset_id?: string;
  readonly target_asset_id?: string;
  readonly type: string;
};

export type LineageEntry = { readonly asset: Asset; readonly relationship: Relationship };

export type LineageAnswer = {
  readonly asset: Asset;
  readonly downstream: readonly LineageEntry[];
  readonly is_partial?: boolean;
  readonly upstream: readonly LineageEntry[];
};

export type DiffEntry = {
  readonly asset_id?: string | null;
  readonly changes?: readonly string[];
  readonly name: string;
  readonly qualified_name?: string;
  readonly schema?: string;
  readonly type?: string;
};

export type Crawl = {
  readonly added: readonly DiffEntry[];
  readonly changed: readonly DiffEntry[];
  readonly counts: Record<string, number>;
  readonly held: readonly DiffEntry[];
  readonly removed: readonly DiffEntry[];
};
