"""What people wrote on columns, and what their assets repeat of it to be found by; no crawl writes the former."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import msgspec
from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from crosswind.contexts.catalog.facts import column_words

_NAMED = """
SELECT key, id, name, description, tags, classification FROM crosswind.columns
 WHERE asset_key = :key AND name = ANY(CAST(:names AS text[])) AND removed_at IS NULL
"""
_WRITE = """
UPDATE crosswind.columns AS c
   SET tags = ARRAY(SELECT jsonb_array_elements_text(x.tags)), classification = x.classification,
       description = x.description
  FROM json_to_recordset(CAST(:records AS json)) AS x(key bigint, tags jsonb, classification text, description text)
 WHERE c.key = x.key
"""
_CURATED = "(c.tags <> '{}' OR c.classification IS NOT NULL OR c.description IS NOT NULL)"
_DESCRIBED = f"""
SELECT a.key, c.tags, c.classification, c.description
  FROM crosswind.assets a
  LEFT JOIN crosswind.columns c ON c.asset_key = a.key AND c.removed_at IS NULL AND {_CURATED}
 WHERE a.key = ANY(CAST(:keys AS bigint[]))
   AND (c.key IS NOT NULL OR a.column_tags <> '{{}}' OR a.column_classifications <> '{{}}' OR a.column_words <> '')
 ORDER BY a.key, c.position
"""  # noqa: S608 - no value is formatted in
_RENEW = """
UPDATE crosswind.assets AS a
   SET column_tags = x.tags, column_classifications = x.classifications, column_words = x.words
  FROM (SELECT key, ARRAY(SELECT jsonb_array_elements_text(tags)) AS tags,
               ARRAY(SELECT jsonb_array_elements_text(classifications)) AS classifications, words
          FROM json_to_recordset(CAST(:records AS json))
               AS r(key bigint, tags jsonb, classifications jsonb, words tsvector)) AS x
 WHERE a.key = x.key
   AND (a.column_tags, a.column_classifications, a.column_words) IS DISTINCT FROM (x.tags, x.classifications, x.words)
"""


def named(session: Session, asset_key: int, names: list[str]) -> dict[str, Row[Any]]:
    """What people wrote on the present columns of these names."""
    rows = session.execute(text(_NAMED), {"key": asset_key, "names": names})
    return {row.name: row for row in rows}


def write(session: Session, records: Sequence[dict[str, Any]]) -> None:
    """Write description, tags and classification of columns, given by key, and renew nothing."""
    session.execute(text(_WRITE), {"records": _json(records)})


def renew(session: Session, asset_keys: list[int]) -> None:
    """Make these assets repeat what their present columns say: a read, and a write where something differs."""
    rows = session.execute(text(_DESCRIBED), {"keys": asset_keys}).all()
    if rows:
        session.execute(text(_RENEW), {"records": _json(list(_repeated(rows)))})


def _repeated(rows: Sequence[Row[Any]]) -> Iterator[dict[str, Any]]:
    for key, found in groupby(rows, lambda row: row.key):
        columns = list(found)
        tags = list(dict.fromkeys(tag for column in columns for tag in column.tags or ()))
        descriptions = [column.description for column in columns if column.description]
        yield {
            "key": key,
            "tags": tags,
            "classifications": sorted({column.classification for column in columns if column.classification}),
            "words": column_words(descriptions, tags),
        }


def _json(records: Sequence[dict[str, Any]]) -> str:
    return msgspec.json.encode(records).decode()
