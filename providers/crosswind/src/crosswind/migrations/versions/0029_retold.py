"""What events change of an asset is a version, and told, as what a crawl or a person changes."""

from importlib import import_module

from alembic import op

revision = "0029_retold"
down_revision = "0025_placed"
branch_labels = None
depends_on = None

SHAPE = """
CREATE FUNCTION crosswind.shape_of(_key bigint) RETURNS jsonb LANGUAGE sql AS $$
    SELECT coalesce(jsonb_object_agg(c.name, jsonb_build_object(
               'name', c.name, 'position', c.position, 'data_type', c.data_type, 'nullable', c.nullable,
               'default_value', c.default_value, 'identity', c.identity, 'generated', c.generated,
               'comment', c.comment)), '{}')
      FROM crosswind.columns c WHERE c.asset_key = _key AND c.removed_at IS NULL
$$
"""
# What an event says otherwise of one asset that no crawl owns. Null where nothing that is shown differs, or where the
# asset is new. Where its columns differ: its key, the version's number and how many, for whoever calls to classify and
# to tell. That takes more than the one statement that events are stored together in, which therefore ends with an
# error. 500 versions are kept of an asset.
RETELL = """
CREATE FUNCTION crosswind.retell(_tenant text, _by text, _by_name text, _alone boolean, _fresh boolean, _key bigint,
                                 _at timestamptz, _comment text, _facts jsonb, _words text, _fields jsonb)
RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    was record; newer boolean; facts jsonb := '{}'; columns jsonb := '{}'; before jsonb := '{}'; old jsonb;
    words text[] := '{}'; _number integer; _version integer;
BEGIN
    SELECT c.* INTO was FROM crosswind.assets c WHERE c.key = _key AND c.connection_key IS NULL FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    newer := _at >= coalesce(was.source_updated_at, '-infinity');
    IF was.removed_at IS NOT NULL THEN
        before := '{"removed": true}';
        words := ARRAY['back in its source'];
    END IF;
    IF newer AND _fields IS NOT NULL THEN
        old := CASE WHEN NOT _fresh THEN crosswind.shape_of(_key) END;
        INSERT INTO crosswind.columns AS c (tenant, asset_key, name, position, data_type, nullable, comment)
        SELECT _tenant, _key, f.name, f.position, f.data_type, true, f.comment
          FROM jsonb_to_recordset(_fields) AS f(name text, position integer, data_type text, comment text)
        ON CONFLICT (asset_key, name) DO UPDATE SET position = excluded.position,
           data_type = excluded.data_type, comment = excluded.comment, removed_at = NULL;
        UPDATE crosswind.columns c SET removed_at = now()
         WHERE c.asset_key = _key AND c.removed_at IS NULL AND NOT EXISTS (
               SELECT FROM jsonb_to_recordset(_fields) AS f(name text) WHERE f.name = c.name);
        IF NOT _fresh THEN
            SELECT coalesce(jsonb_object_agg(coalesce(o.key, n.key), o.value), '{}') INTO columns
              FROM jsonb_each(old) o FULL JOIN jsonb_each(crosswind.shape_of(_key)) n USING (key)
             WHERE o.value IS DISTINCT FROM n.value;
        END IF;
    END IF;
    IF columns <> '{}' AND NOT _alone THEN
        RAISE EXCEPTION 'an asset has other columns now' USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    IF newer THEN
        SELECT coalesce(jsonb_object_agg(n.key, was.source_facts->n.key), '{}'),
               words || coalesce(array_agg(replace(n.key, '_', ' ') || ' changed' ORDER BY n.key), '{}')
          INTO facts, words FROM jsonb_each(coalesce(_facts, '{}')) n
         WHERE n.key <> 'columns_told' AND was.source_facts->n.key IS DISTINCT FROM n.value;
        IF _comment IS DISTINCT FROM was.source_comment AND _comment IS NOT NULL THEN
            before := before || jsonb_build_object('comment', was.source_comment);
            words := words || 'comment changed'::text;
        END IF;
    END IF;
    before := before || CASE WHEN facts <> '{}' THEN jsonb_build_object('facts', facts) ELSE '{}' END
                     || CASE WHEN columns <> '{}' THEN jsonb_build_object('columns', columns) ELSE '{}' END;
    UPDATE crosswind.assets c
       SET source_facts = CASE WHEN newer THEN coalesce(c.source_facts, '{}') || coalesce(_facts, '{}')
                               ELSE c.source_facts END,
           source_comment = CASE WHEN newer THEN coalesce(_comment, c.source_comment) ELSE c.source_comment END,
           source_words = CASE WHEN newer AND _fields IS NOT NULL THEN _words::tsvector ELSE c.source_words END,
           source_updated_at = greatest(c.source_updated_at, _at), removed_at = NULL, deleted_at = NULL,
           source_version = c.source_version + (_fresh OR before <> '{}')::integer, updated_at = now()
     WHERE c.key = _key
    RETURNING c.version + c.source_version, c.version INTO _number, _version;
    IF _fresh OR before = '{}' THEN
        RETURN NULL;
    END IF;
    DELETE FROM crosswind.asset_versions v WHERE v.asset_key = _key AND v.number = _number - 500;
    INSERT INTO crosswind.asset_versions (asset_key, number, tenant, kind, author, author_name, changes, before)
    VALUES (_key, _number, _tenant, 'source', _by, _by_name, words, before);
    IF columns <> '{}' THEN
        RETURN jsonb_build_array(jsonb_build_array(_key, _number, (SELECT count(*) FROM jsonb_object_keys(columns))));
    END IF;
    INSERT INTO crosswind.outbox (tenant, type, entity_type, entity_id, action, data)
    VALUES (_tenant, 'asset.updated', 'ASSET', was.id::text, 'UPDATE', jsonb_build_object(
            'id', was.id, 'type', was.type, 'name', was.name, 'qualified_name', was.qualified_name,
            'version', _version, 'changed', to_jsonb(words)));
    RETURN '[]';
END $$
"""
# One call an intake, as before; `retell` writes what is otherwise now.
TAKE = """
CREATE FUNCTION crosswind.take_lineage(_tenant text, _by text, _by_name text, _kind text, _request_id text,
                                       _told jsonb, _alone boolean) RETURNS jsonb
LANGUAGE plpgsql SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    a record; r record; e record; found record; other record; edge record;
    keys bigint[] := '{}'; ids uuid[] := '{}'; names text[] := '{}'; connections bigint[] := '{}';
    made jsonb := '[]'; reshaped jsonb := '[]'; changed jsonb; fresh boolean; created integer := 0;
    updated integer := 0; joined integer := 0; _run bigint; s integer; t integer;
BEGIN
    FOR a IN SELECT * FROM jsonb_to_recordset(_told->'assets') AS x(
        type text, detail text, name text, qualified_name text, namespace text, dataset text, also jsonb,
        at timestamptz, comment text, facts jsonb, words text, fields jsonb)
    LOOP
        fresh := false;
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
                fresh := true;
                created := created + 1;
                IF updated + created <= 200 THEN
                    made := made || to_jsonb(a.qualified_name);
                END IF;
                INSERT INTO crosswind.outbox (tenant, type, entity_type, entity_id, action, data)
                VALUES (_tenant, 'asset.created', 'ASSET', found.id::text, 'CREATE', jsonb_build_object(
                    'id', found.id, 'type', a.type, 'name', a.name, 'qualified_name', a.qualified_name, 'version', 1));
            END IF;
        END IF;
        IF found.connection_key IS NULL AND (found.removed_at IS NOT NULL
           OR a.at >= coalesce(found.source_updated_at, '-infinity')
              AND (coalesce(found.source_facts, '{}') || coalesce(a.facts, '{}') <> coalesce(found.source_facts, '{}')
                   OR coalesce(a.comment, found.source_comment, '') <> coalesce(found.source_comment, ''))) THEN
            changed := crosswind.retell(_tenant, _by, _by_name, _alone, fresh, found.key, a.at, a.comment, a.facts,
                                        a.words, a.fields);
            IF changed IS NOT NULL THEN
                updated := updated + 1;
                IF updated + created <= 200 THEN
                    made := made || to_jsonb(found.qualified_name);
                END IF;
                reshaped := reshaped || changed;
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
    IF created + updated + joined = 0 THEN
        RETURN NULL;
    END IF;
    INSERT INTO crosswind.audit (tenant, actor, actor_kind, action, outcome, entity_type, entity_id, after,
                                 request_id)
    VALUES (_tenant, _by, _kind, 'INGEST', 'success', 'ASSET', 'openlineage', jsonb_build_object(
            'created', created, 'updated', updated, 'relationships', joined, 'qualified_names', made), _request_id);
    RETURN reshaped;
END $$
"""


def upgrade() -> None:
    op.execute("DROP FUNCTION crosswind.take_lineage(text, text, text, text, text, jsonb)")
    op.execute(SHAPE)
    op.execute(RETELL)
    op.execute(TAKE)


def downgrade() -> None:
    op.execute("DROP FUNCTION crosswind.take_lineage(text, text, text, text, text, jsonb, boolean)")
    op.execute("DROP FUNCTION crosswind.retell")
    op.execute("DROP FUNCTION crosswind.shape_of")
    op.execute(import_module("crosswind.migrations.versions.0018_openlineage").TAKE)
