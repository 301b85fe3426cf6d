"""A function that walks lineage, and gives what it finds as JSON that is sent as it stands."""

from alembic import op

revision = "0031_walks"
down_revision = "0030_trail"
branch_labels = None
depends_on = None

ARGUMENTS = "bigint, uuid, text, bigint[], text[], text[], integer, integer, text[], text[]"
MOMENT = r"""\"YYYY-MM-DD"T"HH24:MI:SS.US"Z"\""""
# The edges that leave a front, as far as their other end may be seen.
LEAVING = """
      FROM unnest({way}_front, {way}_ids) AS f(key, id)
      JOIN crosswind.relationships r ON r.{near} = f.key AND r.{near} IS NOT NULL
      JOIN crosswind.assets a ON a.key = r.{far}
     WHERE a.tenant = _tenant AND a.deleted_at IS NULL
       AND (a.connection_key IS NULL OR a.connection_key = ANY(_connections))
       AND (_edge_types IS NULL OR r.type = ANY(_edge_types))
"""
# Text put together costs half of what json_build_object does.
ENTRY = """
concat('{{"asset":{{"id":"', far_id, '","name":', to_json(name), ',"type":', to_json(asset_type),
       ',"qualified_name":', to_json(qualified_name), ',"connection_id":', coalesce(to_json(connection_id), 'null'),
       ',"description":', coalesce(to_json(description), 'null'), ',"tags":', to_json(tags),
       ',"classification":', coalesce(to_json(classification), 'null'),
       ',"schema":', coalesce(to_json(schema), 'null'), ',"database":', coalesce(to_json(database), 'null'),
       ',"removed_at":', coalesce(to_char(removed_at, '{moment}'), 'null'),
       '}},"relationship":{{"id":"', edge_id, '","type":', to_json(edge_type),
       ',"source_asset_id":"', source_id, '","target_asset_id":"', target_id, '","metadata":', metadata,
       ',"created_at":', to_char(created_at, '{moment}'), ',"depth":', level, '}}}}')
"""
# One level: at most `room` edges are taken, one more is looked for; where there is one, this way ends.
LEVEL = """
        IF cardinality({way}_front) > 0 THEN
            room := {room};
            WITH leaving AS MATERIALIZED (
                SELECT r.key, a.key AS far_key, a.id AS far_id, a.name, a.type AS asset_type, a.qualified_name,
                       _connection_ids[array_position(_connections, a.connection_key)] AS connection_id,
                       coalesce(a.description, a.source_comment) AS description, a.tags, a.classification, a.schema,
                       a.database, a.removed_at, r.id AS edge_id, r.type AS edge_type, r.metadata, r.created_at,
                       CASE WHEN r.source_key = a.key THEN a.id ELSE f.id END AS source_id,
                       CASE WHEN r.source_key = a.key THEN f.id ELSE a.id END AS target_id
                {leaving} LIMIT room + 1
            ), kept AS (SELECT * FROM leaving ORDER BY key LIMIT room)
            SELECT (SELECT count(*) FROM leaving) > room, count(*), array_agg(far_key), array_agg(far_id),
                   string_agg({entry}, ',' ORDER BY key)
                       FILTER (WHERE _asset_types IS NULL OR asset_type = ANY(_asset_types))
              INTO is_cut, found, keys, ids, entries FROM kept;
            direction := '{way}stream';
            RETURN NEXT;
            taken := taken + found;
            {way}_front := '{{}}';
            IF NOT is_cut THEN
                SELECT coalesce(array_agg(fresh.key), '{{}}'), coalesce(array_agg(fresh.id), '{{}}')
                  INTO {way}_front, {way}_ids
                  FROM (SELECT * FROM unnest(keys, ids) AS n(key, id)
                        EXCEPT SELECT * FROM unnest({way}_met, {way}_met_ids) AS m(key, id)) AS fresh;
                {way}_met := {way}_met || {way}_front;
                {way}_met_ids := {way}_met_ids || {way}_ids;
            END IF;
        END IF;
"""
BEYOND = """
    IF cardinality({way}_front) > 0 AND EXISTS (SELECT {leaving}) THEN
        direction := '{way}stream'; entries := NULL; is_cut := true;
        RETURN NEXT;
    END IF;
"""
ALONE = "_limit - taken"
SHARED = f"""
    CASE WHEN cardinality(down_front) > 0 THEN greatest((_limit - taken) / 2, least(_limit - taken, 1)) ELSE {ALONE} END
"""
WAYS = (
    {"way": "up", "near": "downstream_key", "far": "upstream_key", "room": SHARED},
    {"way": "down", "near": "upstream_key", "far": "downstream_key", "room": ALONE},
)


def _both(block: str) -> str:
    return "".join(
        block.format(**way, leaving=LEAVING.format(**way), entry=ENTRY.format(moment=MOMENT)) for way in WAYS
    )


# A row a level and direction, entries of a level joined by commas. Both directions share the limit. Look-ups are of
# single rows by full keys: their plan is right however little is known of the tables.
WALK = f"""
CREATE FUNCTION crosswind.walk_lineage(_root bigint, _root_id uuid, _tenant text, _connections bigint[],
                                       _connection_ids text[], _directions text[], _depth integer, _limit integer,
                                       _edge_types text[], _asset_types text[])
RETURNS TABLE (direction text, entries text, is_cut boolean)
LANGUAGE plpgsql STABLE SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan SET "TimeZone" = 'UTC' AS $$
#variable_conflict use_column
DECLARE
    up_front bigint[] := CASE WHEN 'upstream' = ANY(_directions) THEN ARRAY[_root] ELSE '{{}}' END;
    down_front bigint[] := CASE WHEN 'downstream' = ANY(_directions) THEN ARRAY[_root] ELSE '{{}}' END;
    up_ids uuid[] := ARRAY[_root_id]; up_met bigint[] := ARRAY[_root]; up_met_ids uuid[] := up_ids;
    down_ids uuid[] := up_ids; down_met bigint[] := up_met; down_met_ids uuid[] := up_ids;
    taken integer := 0; room integer; found integer; keys bigint[]; ids uuid[];
BEGIN
    FOR level IN 1.._depth LOOP
        {_both(LEVEL)}
    END LOOP;
    {_both(BEYOND)}
END $$
"""


def upgrade() -> None:
    op.execute(WALK)


def downgrade() -> None:
    op.execute(f"DROP FUNCTION crosswind.walk_lineage({ARGUMENTS})")
