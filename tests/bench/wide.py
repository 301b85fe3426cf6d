"""A catalog of many assets, put into the store directly: names of a few thousand words, some labelled by people."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import psycopg
from sqlalchemy import text
from tests.support.app import Rest

from crosswind.connectors.types import SourceColumn, SourceObject
from crosswind.contexts.catalog.facts import curated_words, source_words
from crosswind.contexts.catalog.repository import described

COLUMNS = 10
BATCH = 10_000
TAGS = [f"Tag{number:02}" for number in range(30)]
LEVELS = ("public", "internal", "confidential", "restricted")
_COMMON = ("customer", "order", "invoice", "payment", "shipment", "product", "account", "branch")
_KINDS = ("fact", "dim", "stage", "raw", "archive", "daily", "current", "history")
_FIELDS = ("id", "created_at", "updated_at", "name", "status", "amount", "email", "note", "country", "quantity")
_SYLLABLES = ("ba", "co", "di", "fu", "ga", "he", "ki", "lo", "mu", "ne", "pa", "qui", "ro", "sta", "tri", "vel", "zo")
_ASSETS = """
COPY crosswind.assets (tenant, connection_key, type, type_detail, name, qualified_name, database, schema, source_hash,
    source_version, source_comment, source_words, crawled_at, row_estimate, updated_at, tags, classification,
    curated_words)
FROM STDIN
"""
_FIELDS_COPY = """
COPY crosswind.columns (tenant, asset_key, name, position, data_type, nullable, comment, tags, classification)
FROM STDIN
"""


def fill(rest: Rest, url: str, key: int, assets: int) -> None:
    """Store `assets` tables of ten columns; every tenth is tagged, a third classified, some columns are both."""
    chance = random.Random(4)
    words = ["".join(chance.choices(_SYLLABLES, k=3)) for _ in range(4_000)]
    with psycopg.connect(url.replace("+psycopg", "", 1)) as link:
        link.execute("SET search_path = crosswind")
        found = [_table(chance, words, number) for number in range(assets)]
        with link.cursor().copy(_ASSETS) as copy:
            for number, table in enumerate(found):
                copy.write_row(_asset(chance, key, number, table))
        keys = link.execute("SELECT key FROM assets WHERE connection_key = %s ORDER BY key", (key,)).fetchall()
        with link.cursor().copy(_FIELDS_COPY) as copy:
            for (asset_key,), table in zip(keys, found, strict=True):
                for row in _columns(chance, asset_key, table):
                    copy.write_row(row)
        link.execute("INSERT INTO tags (tenant, name) SELECT 'default', unnest(%s::text[])", (TAGS,))
    _renew(rest, [row[0] for row in keys])
    with rest.platform.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as link:
        link.execute(text("SET statement_timeout = 0"))
        for each in ("assets", "columns"):
            link.execute(text(f"VACUUM ANALYZE crosswind.{each}"))


def _table(chance: random.Random, words: list[str], number: int) -> SourceObject:
    common = [chance.choice(_COMMON)] if chance.random() < 0.5 else []
    parts = [chance.choice(_KINDS), *common, *chance.sample(words, 2)]
    fields = [*chance.sample(_FIELDS, 6), *(f"{chance.choice(words)}_{chance.choice(words)}" for _ in range(4))]
    columns = tuple(SourceColumn(name, place, "text") for place, name in enumerate(dict.fromkeys(fields), 1))
    comment = " ".join(chance.sample(words, 8))
    return SourceObject(f"s{number % 40:02}", f"{'_'.join(parts)}_{number}", "TABLE", "table", comment, columns)


def _asset(chance: random.Random, key: int, number: int, table: Any) -> tuple[Any, ...]:
    tags = chance.sample(TAGS, 2) if number % 10 == 0 else []
    level = chance.choice(LEVELS) if number % 3 == 0 else None
    name = f"wide.db.{table.schema}.{table.name}"
    moment = f"2026-01-01T{number // 3600 % 24:02}:{number // 60 % 60:02}:{number % 60:02}Z"
    return (
        "default", key, "TABLE", "table", table.name, name, "db", table.schema, f"hash-{number}", 1, table.comment,
        source_words(table), moment, 1000, moment, tags, level, curated_words(None, tags),
    )  # fmt: skip


def _columns(chance: random.Random, asset_key: int, table: SourceObject) -> Iterator[tuple[Any, ...]]:
    for column in table.columns:
        labelled = chance.random() < 0.02
        tags = [chance.choice(TAGS)] if labelled else []
        level = chance.choice(LEVELS) if labelled else None
        yield "default", asset_key, column.name, column.position, "text", True, None, tags, level


def _renew(rest: Rest, keys: list[int]) -> None:
    for start in range(0, len(keys), BATCH):
        with rest.platform.session() as session:
            described.renew(session, keys[start : start + BATCH])
            session.commit()
