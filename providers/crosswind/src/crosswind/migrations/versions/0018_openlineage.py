"""What running jobs tell: their runs, what these read and wrote, and one function that takes events in."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0018_openlineage"
down_revision = "0017_imports"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
RANK = """
CREATE FUNCTION crosswind.run_rank(state text) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE state WHEN 'OTHER' THEN 0 WHEN 'START' THEN 1 WHEN 'RUNNING' THEN 2 ELSE 3 END
$$
"""
# One call an intake. Whoever calls sorts assets, runs and edges, so that two intakes wait for each other and never
# deadlock. Look-ups are of single rows by full keys: their plan is right however little is known of the tables.
TAKE = """
CREATE FUNCTION crosswind.take_lineage(_tenant text, _by text, _by_name text, _kind text, _request_id text,
                                       _told jsonb) RETURNS integer
LANGUAGE plpgsql SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    a record; r record; e record; found record; other record; edge record;
    keys bigint[] := '{}'; ids uuid[] := '{}'; names text[] := '{}'; connections bigint[] := '{}';
    made jsonb := '[]'; created integer := 0; joined integer := 0; _run bigint; s integer; t integer;
BEGIN
    FOR a IN SELECT * FROM jsonb_to_recordset(_told->'assets') AS x(
        type text, detail text, name text, qualified_name text, namespace text, dataset text, also jsonb,
        at timestamptz, comment text, facts jsonb, words text, fields jsonb)
    LOOP
        IF a.type = 'PIPELINE' THEN
            SELECT c.key, c.id, c.qualified_name, c.connection_key, c.removed_at, c.source_facts, c.source_comment,
                   c.source_updated_at
              INTO found FROM crosswind.assets c WHERE c.tenant = _tenant AND c.qualified_name = a.qualified_name;
        ELSE
            SELECT c.key, c.id, c.qualified_name, c.connection_key, c.removed_at, c.source_facts, c.source_comment,
                   c.source_updated_at
              INTO found FROM crosswind.assets c
             WHERE c.tenant = _tenant AND c.namespace = a.namespace AND c.dataset = a.dataset AND c.type <> 'PIPELINE'
             ORDER BY c.connection_key IS NULL, c.removed_at IS NOT NULL, c.key LIMIT 1;
            IF found.connection_key IS NULL AND a.also IS NOT NULL THEN
                SELECT c.key, c.id, c.qualified_name, c.connection_key, c.removed_at, c.source_facts,
                       c.source_comment, c.source_updated_at
                  INTO other FROM jsonb_to_recordset(a.also) AS l(namespace text, dataset text)
                  JOIN crosswind.assets c ON c.tenant = _tenant AND c.namespace = l.namespace
                       AND c.dataset = l.dataset AND c.type <> 'PIPELINE'
                 ORDER BY c.connection_key IS NULL, c.removed_at IS NOT NULL, c.key LIMIT 1;
                IF other.connection_key IS NOT NULL OR found.key IS NULL THEN
                    found := other;
                END IF;
            END IF;
        END IF;
        IF found.key IS NULL THEN
            INSERT INTO crosswind.assets AS c (tenant, type, type_detail, name, qualified_name, namespace, dataset,
                                               source_words, created_by, created_by_name)
            VALUES (_tenant, a.type, a.detail, a.name, a.qualified_name, a.namespace, a.dataset,
                    a.words::tsvector, _by, _by_name)
            ON CONFLICT (tenant, qualified_name) DO NOTHING
            RETURNING c.key, c.id, c.qualified_name, c.connection_key, c.removed_at, c.source_facts,
                      c.source_comment, c.source_updated_at INTO found;
            IF found.key IS NULL THEN
                SELECT c.key, c.id, c.qualified_name, c.connection_key, c.removed_at, c.source_facts,
                       c.source_comment, c.source_updated_at
                  INTO found FROM crosswind.assets c
                 WHERE c.tenant = _tenant AND c.qualified_name = a.qualified_name;
            ELSE
                created := created + 1;
                IF created <= 200 THEN
                    made := made || to_jsonb(a.qualified_name);
                END IF;
                INSERT INTO crosswind.outbox (tenant, type, entity_type, entity_id, action, data)
                VALUES (_tenant, 'asset.created', 'ASSET', found.id::text, 'CREATE', jsonb_build_object(
                    'id', found.id, 'type', a.type, 'name', a.name, 'qualified_name', a.qualified_name, 'version', 1));
            END IF;
        ELSIF found.removed_at IS NOT NULL AND found.connection_key IS NULL THEN
            UPDATE crosswind.assets SET removed_at = NULL, deleted_at = NULL, updated_at = now()
             WHERE key = found.key;
        END IF;
        IF found.connection_key IS NULL AND a.at >= coalesce(found.source_updated_at, '-infinity')
           AND NOT (coalesce(found.source_facts, '{}') @> coalesce(a.facts, '{}')
                    AND coalesce(a.comment, found.source_comment, '') = coalesce(found.source_comment, '')) THEN
            UPDATE crosswind.assets c
               SET source_facts = coalesce(c.source_facts, '{}') || coalesce(a.facts, '{}'),
                   source_comment = coalesce(a.comment, c.source_comment),
                   source_words = CASE WHEN a.fields IS NULL THEN c.source_words ELSE a.words::tsvector END,
                   source_version = c.source_version + 1, source_updated_at = a.at, updated_at = now()
             WHERE c.key = found.key;
            IF a.fields IS NOT NULL THEN
                INSERT INTO crosswind.columns AS c (tenant, asset_key, name, position, data_type, nullable, comment)
                SELECT _tenant, found.key, f.name, f.position, f.data_type, true, f.comment
                  FROM jsonb_to_recordset(a.fields) AS f(name text, position integer, data_type text, comment text)
                ON CONFLICT (asset_key, name) DO UPDATE SET position = excluded.position,
                   data_type = excluded.data_type, comment = excluded.comment, removed_at = NULL;
                UPDATE crosswind.columns c SET removed_at = now()
                 WHERE c.asset_key = found.key AND c.removed_at IS NULL AND NOT EXISTS (
                       SELECT FROM jsonb_to_recordset(a.fields) AS f(name text) WHERE f.name = c.name);
            END IF;
        END IF;
        keys := keys || found.key; ids := ids || found.id; names := names || found.qualified_name;
        connections := connections || found.connection_key;
    END LOOP;
    FOR r IN SELECT * FROM jsonb_to_recordset(_told->'runs') AS x(
        run_id uuid, job integer, parent uuid, state text, nominal_at timestamptz, started_at timestamptz,
        ended_at timestamptz, at timestamptz, facets jsonb, inputs integer[], outputs integer[])
    LOOP
        INSERT INTO crosswind.job_runs AS j (tenant, run_id, asset_key, parent_run_id, state, nominal_at, started_at,
                                             ended_at, event_at, facets)
        VALUES (_tenant, r.run_id, keys[r.job], r.parent, r.state, r.nominal_at, r.started_at, r.ended_at, r.at,
                r.facets)
        ON CONFLICT (tenant, run_id) DO UPDATE SET
            state = CASE WHEN crosswind.run_rank(excluded.state) > crosswind.run_rank(j.state)
                           OR crosswind.run_rank(excluded.state) = crosswind.run_rank(j.state)
                              AND excluded.event_at >= j.event_at
                         THEN excluded.state ELSE j.state END,
            parent_run_id = coalesce(excluded.parent_run_id, j.parent_run_id),
            nominal_at = coalesce(excluded.nominal_at, j.nominal_at),
            started_at = least(j.started_at, excluded.started_at),
            ended_at = greatest(j.ended_at, excluded.ended_at),
            event_at = greatest(j.event_at, excluded.event_at),
            facets = CASE WHEN excluded.event_at < j.event_at THEN j.facets
                          WHEN pg_column_size(j.facets) > 32768 THEN excluded.facets
                          ELSE j.facets || excluded.facets END,
            updated_at = now()
        RETURNING j.key INTO _run;
        INSERT INTO crosswind.job_run_datasets (run_key, asset_key, direction)
        SELECT _run, keys[i], 'input' FROM unnest(r.inputs) i
        UNION SELECT _run, keys[o], 'output' FROM unnest(r.outputs) o
        ORDER BY 2, 3
        ON CONFLICT DO NOTHING;
    END LOOP;
    FOR e IN SELECT * FROM jsonb_to_recordset(_told->'edges') AS x(
        source integer, type text, name text, target integer, metadata jsonb)
    LOOP
        s := e.source; t := e.target;
        CONTINUE WHEN keys[s] = keys[t];
        SELECT c.key, c.metadata INTO edge FROM crosswind.relationships c
         WHERE c.source_key = keys[s] AND c.type = e.type AND c.name = e.name AND c.target_name = names[t]
           AND c.origin = 'openlineage';
        IF edge.key IS NULL THEN
            INSERT INTO crosswind.relationships AS c (tenant, type, name, source_key, target_key, target_name, metadata,
                                                      origin, created_by, created_by_name)
            VALUES (_tenant, e.type, e.name, keys[s], keys[t], names[t], e.metadata, 'openlineage', _by, _by_name)
            ON CONFLICT (source_key, type, name, target_name, origin) DO NOTHING
            RETURNING c.key, c.id INTO other;
            IF other.key IS NOT NULL THEN
                joined := joined + 1;
                INSERT INTO crosswind.outbox (tenant, type, entity_type, entity_id, action, data, connection_key)
                VALUES (_tenant, 'relationship.created', 'RELATIONSHIP', other.id::text, 'CREATE', jsonb_build_object(
                    'id', other.id, 'type', e.type, 'source_asset_id', ids[s], 'target_asset_id', ids[t]),
                    coalesce(connections[s], connections[t]));
            END IF;
        ELSIF e.metadata ? 'column_mapping'
              AND edge.metadata->'column_mapping' IS DISTINCT FROM e.metadata->'column_mapping' THEN
            UPDATE crosswind.relationships SET metadata = e.metadata WHERE key = edge.key;
        END IF;
    END LOOP;
    IF created + joined > 0 THEN
        INSERT INTO crosswind.audit (tenant, actor, actor_kind, action, outcome, entity_type, entity_id, after,
                                     request_id)
        VALUES (_tenant, _by, _kind, 'INGEST', 'success', 'ASSET', 'openlineage', jsonb_build_object(
                'created', created, 'relationships', joined, 'qualified_names', made), _request_id);
    END IF;
    RETURN created + joined;
END $$
"""


def upgrade() -> None:
    op.create_table(
        "job_runs",
        sa.Column("key", sa.BigInteger, sa.Identity(always=True), nullable=False),
        sa.Column("tenant", sa.Text, nullable=False),
        sa.Column("run_id", sa.Uuid, nullable=False),
        sa.Column("asset_key", sa.BigInteger, nullable=False),
        sa.Column("parent_run_id", sa.Uuid),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("nominal_at", MOMENT),
        sa.Column("started_at", MOMENT),
        sa.Column("ended_at", MOMENT),
        sa.Column("event_at", MOMENT, nullable=False),
        sa.Column("facets", JSONB, server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("updated_at", MOMENT, server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_job_runs"),
        sa.UniqueConstraint("tenant", "run_id", name="uq_job_runs_tenant_run_id"),
        sa.ForeignKeyConstraint(
            ["asset_key"], ["crosswind.assets.key"], name="fk_job_runs_asset_key", ondelete="CASCADE"
        ),
        schema="crosswind",
    )
    op.create_index("ix_job_runs_asset_key", "job_runs", ["asset_key", "key"], schema="crosswind")
    op.create_index("ix_job_runs_updated_at", "job_runs", ["updated_at"], schema="crosswind")
    op.create_table(
        "job_run_datasets",
        sa.Column("run_key", sa.BigInteger, nullable=False),
        sa.Column("asset_key", sa.BigInteger, nullable=False),
        sa.Column("direction", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("run_key", "asset_key", "direction", name="pk_job_run_datasets"),
        sa.ForeignKeyConstraint(
            ["run_key"], ["crosswind.job_runs.key"], name="fk_job_run_datasets_run_key", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["asset_key"], ["crosswind.assets.key"], name="fk_job_run_datasets_asset_key", ondelete="CASCADE"
        ),
        schema="crosswind",
    )
    op.create_index("ix_job_run_datasets_asset_key", "job_run_datasets", ["asset_key", "run_key"], schema="crosswind")
    op.execute(RANK)
    op.execute(TAKE)


def downgrade() -> None:
    op.execute("DROP FUNCTION crosswind.take_lineage(text, text, text, text, text, jsonb)")
    op.execute("DROP FUNCTION crosswind.run_rank(text)")
    op.drop_table("job_run_datasets", schema="crosswind")
    op.drop_table("job_runs", schema="crosswind")
    op.execute("DELETE FROM crosswind.relationships WHERE origin = 'openlineage'")
