"""A catalog of very many assets, made by the store itself: names of a few thousand words, columns, edges, owners."""

from __future__ import annotations

import threading
import time

import psycopg

BATCH = 50_000
COLUMNS = 3
_MADE_UP = """
CREATE TEMP TABLE w AS SELECT n, (SELECT string_agg(s, '' ORDER BY r) FROM (
    SELECT s, random() + n * 0 AS r FROM unnest('{ba,co,di,fu,ga,he,ki,lo,mu,ne,pa,qui,ro,sta,tri,vel,zo}'::text[]) s
     ORDER BY r LIMIT 3) AS picked) AS word FROM generate_series(0, 3999) n;
ANALYZE w
"""
_WORDS = """
INSERT INTO tags (tenant, name) SELECT 'default', 'Tag' || lpad(n::text, 2, '0') FROM generate_series(0, 29) n;
INSERT INTO domains (tenant, name) SELECT 'default', 'Domain ' || n FROM generate_series(0, 9) n;
INSERT INTO terms (tenant, name) SELECT 'default', 'Term ' || n FROM generate_series(0, 99) n
"""
_ASSETS = """
INSERT INTO assets (tenant, connection_key, type, type_detail, name, qualified_name, database, schema, source_hash,
    source_version, source_comment, source_words, crawled_at, row_estimate, created_at, updated_at, tags,
    classification, curated_words, domain_key)
SELECT 'default', %(key)s, CASE WHEN made.n %% 5 = 0 THEN 'VIEW' ELSE 'TABLE' END, 'table', name, 'many.db.s' || name,
       'db', 's' || lpad((n %% 40)::text, 2, '0'), 'hash', 1, comment,
       setweight(to_tsvector('simple', replace(name, '_', ' ')), 'A') ||
       setweight(to_tsvector('simple', 'id status amount email ' || word3), 'B') ||
       setweight(to_tsvector('simple', comment), 'C'), now(), 1000,
       now() - (%(all)s - n) * interval '1 second', now() - (%(all)s - n) * interval '1 second',
       CASE WHEN n %% 10 = 0 THEN ARRAY['Tag' || lpad((n / 10 %% 30)::text, 2, '0')] ELSE '{}' END,
       CASE WHEN n %% 3 = 0 THEN (ARRAY['public','internal','confidential','restricted'])[1 + n / 3 %% 4] END,
       CASE WHEN n %% 10 = 0 THEN
            setweight(to_tsvector('simple', 'tag' || lpad((n / 10 %% 30)::text, 2, '0')), 'B') ELSE '' END,
       CASE WHEN n %% 4 = 0 THEN (SELECT key FROM domains WHERE name = 'Domain ' || n %% 10) END
  FROM (SELECT x.n, concat_ws('_',
                (ARRAY['fact','dim','stage','raw','archive','daily','current','history'])[1 + h %% 8],
                (ARRAY['customer','order','invoice','payment','shipment','product','account','branch']
                )[1 + h / 8 %% 16],
                v.word, w.word, x.n) AS name, concat_ws(' ', w.word, y.word, z.word) AS comment, y.word AS word3
          FROM (SELECT n, abs(hashint8(n)::bigint) AS h FROM generate_series(%(first)s::bigint, %(last)s) n) AS x
          JOIN w v ON v.n = h / 128 %% 4000 JOIN w ON w.n = h / 512000 %% 4000
          JOIN w y ON y.n = h / 7 %% 4000 JOIN w z ON z.n = h / 11 %% 4000) AS made
"""
_COLUMNS = """
INSERT INTO columns (tenant, asset_key, name, position, data_type, nullable, comment)
SELECT 'default', a.key, f.name, f.position, 'text', true, null
  FROM assets a, unnest(ARRAY['id', 'status', 'customer_' || a.key %% 500]) WITH ORDINALITY AS f(name, position)
 WHERE a.key BETWEEN %(low)s AND %(high)s
"""
_EDGES = """
INSERT INTO relationships (tenant, type, source_key, target_key, target_name)
SELECT 'default', 'DEPENDS_ON', a.key, b.key, b.qualified_name
  FROM assets a JOIN assets b ON b.key = greatest(a.key - 1 - abs(hashint8(a.key)::bigint) %% 1000, %(least)s)
 WHERE a.key BETWEEN %(low)s AND %(high)s AND a.key > %(least)s
"""
_SAID = """
INSERT INTO asset_owners (tenant, asset_key, kind, name, role)
SELECT 'default', key, 'user', 'owner' || key %% 200, 'technical' FROM assets WHERE key %% 10 = 0
   AND key BETWEEN %(low)s AND %(high)s;
INSERT INTO asset_domains (asset_key, domain_key)
SELECT key, domain_key FROM assets WHERE domain_key IS NOT NULL AND key BETWEEN %(low)s AND %(high)s;
INSERT INTO asset_terms (asset_key, term_key)
SELECT a.key, t.key FROM assets a JOIN terms t ON t.name = 'Term ' || a.key %% 100
 WHERE a.key %% 20 = 0 AND a.key BETWEEN %(low)s AND %(high)s
"""
TABLES = ("assets", "columns", "relationships", "asset_owners", "asset_domains", "asset_terms", "domains", "terms")


def fill(url: str, key: int, assets: int) -> float:
    """Store so many assets with three columns and an edge each; returns the seconds that it took."""
    since = time.perf_counter()
    with psycopg.connect(url.replace("+psycopg", "", 1), autocommit=True) as link:
        link.execute("SET search_path = crosswind, public")
        link.execute("SET gin_pending_list_limit = '512MB'")
        link.execute(_MADE_UP)
        link.execute(_WORDS)
        for first in range(0, assets, BATCH):
            last = min(first + BATCH, assets) - 1
            link.execute(_ASSETS, {"key": key, "first": first, "last": last, "all": assets})
        low, high = link.execute("SELECT min(key), max(key) FROM assets").fetchone() or (0, 0)
        for start in range(low, high + 1, BATCH):
            place = {"low": start, "high": start + BATCH - 1, "least": low}
            for statement in (_COLUMNS, _EDGES, *_SAID.split(";")):
                link.execute(statement, place)
        link.execute("SELECT gin_clean_pending_list('ix_assets_search')")
        for table in TABLES:
            link.execute(f"VACUUM ANALYZE {table}")
    return time.perf_counter() - since


def load(url: str, key: int, first: int, stop: threading.Event) -> None:
    """Store further assets, a thousand at a time, until told to stop."""
    with psycopg.connect(url.replace("+psycopg", "", 1), autocommit=True) as link:
        link.execute("SET search_path = crosswind, public")
        link.execute(_MADE_UP)
        while not stop.is_set():
            link.execute(_ASSETS, {"key": key, "first": first, "last": first + 999, "all": first})
            first += 1_000
