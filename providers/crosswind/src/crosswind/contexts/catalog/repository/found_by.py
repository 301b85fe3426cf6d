"""The words that find assets by what is said of them, made anew from all that is stored of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from crosswind.contexts.catalog.facts import said_words

AT_ONCE = 500
"""Assets whose columns are held at a time; one has ten thousand at most."""
_SAID = """
SELECT a.key, a.name, a.schema, a.dataset, a.source_comment, a.source_facts ->> 'format' AS format,
       c.names, c.comments
  FROM crosswind.assets a
 CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(name ORDER BY position, key), '{}') AS names,
           coalesce(array_agg(left(comment, 500) ORDER BY position, key), '{}') AS comments
      FROM crosswind.columns WHERE asset_key = a.key AND removed_at IS NULL) AS c
 WHERE a.key = ANY(CAST(:keys AS bigint[])) AND a.connection_key IS NULL
 ORDER BY a.key
"""
_WRITE = """
UPDATE crosswind.assets AS a SET source_words = x.words
  FROM json_to_recordset(CAST(:records AS json)) AS x(key bigint, words tsvector)
 WHERE a.key = x.key AND a.source_words <> x.words
"""


def renew(session: Session, asset_keys: Iterable[int]) -> None:
    """Let assets that no crawl reads be found by their names, columns, comments and schemas as these are now."""
    keys = sorted(asset_keys)
    for start in range(0, len(keys), AT_ONCE):
        rows = session.execute(text(_SAID), {"keys": keys[start : start + AT_ONCE]}).all()
        records = msgspec.json.encode(list(_records(rows))).decode()
        session.execute(text(_WRITE), {"records": records})


def _records(rows: Iterable[Row[Any]]) -> Iterator[dict[str, Any]]:
    for row in rows:
        columns = zip(row.names, row.comments, strict=True)
        named = (row.schema, row.format, row.dataset)
        yield {"key": row.key, "words": said_words(row.name, columns, row.source_comment, named)}
