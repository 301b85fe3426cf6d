"""The catalog in the order of the file format, a page at a time within one snapshot."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from crosswind.contexts.catalog.transfer.repository.assets import seen
from crosswind.kit.actor import Actor

PAGE = 1_000
_SEEN = "(a.connection_key IS NULL OR a.connection_key = ANY(CAST(:seen AS bigint[])))"
_TAGS = """
SELECT name, category, description, propagates, propagation_depth FROM crosswind.tags
 WHERE tenant = :tenant ORDER BY name COLLATE "C"
"""
_CLASSIFICATIONS = (
    'SELECT name, level, description FROM crosswind.classifications WHERE tenant = :tenant ORDER BY name COLLATE "C"'
)
_OWNED = "SELECT name, description, owner_kind, owner_name FROM crosswind.{} WHERE tenant = :tenant ORDER BY name"
_TERMS = """
SELECT t.name, t.description, t.synonyms,
       (SELECT array_agg(o.name ORDER BY o.name) FROM crosswind.related_terms r
          JOIN crosswind.terms o ON o.key = r.related_key WHERE r.term_key = t.key) AS related
  FROM crosswind.terms t WHERE t.tenant = :tenant ORDER BY t.name
"""
_SAID = """
SELECT x.asset_key, 'domain' AS what, d.name FROM crosswind.asset_domains x
  JOIN crosswind.domains d ON d.key = x.domain_key WHERE x.asset_key = ANY(CAST(:keys AS bigint[]))
UNION ALL
SELECT x.asset_key, 'terms', t.name FROM crosswind.asset_terms x
  JOIN crosswind.terms t ON t.key = x.term_key WHERE x.asset_key = ANY(CAST(:keys AS bigint[]))
UNION ALL
SELECT x.asset_key, 'products', p.name FROM crosswind.product_assets x
  JOIN crosswind.data_products p ON p.key = x.product_key WHERE x.asset_key = ANY(CAST(:keys AS bigint[]))
 ORDER BY asset_key, what, name
"""
_ASSETS = f"""
SELECT a.key, a.type, a.name, a.qualified_name, a.description, a.curated_metadata AS metadata, a.tags, a.classification,
       a.type_detail, a.database, a.schema, a.namespace, a.dataset, a.source_comment AS comment,
       a.row_estimate AS row_count, a.size_bytes, a.source_facts AS facts, a.source_statistics AS statistics
  FROM crosswind.assets a
 WHERE a.tenant = :tenant AND a.qualified_name > :after AND a.removed_at IS NULL AND {_SEEN}
 ORDER BY a.qualified_name LIMIT :page
"""  # noqa: S608 - no value is formatted in
_COLUMNS = """
SELECT asset_key, name, data_type AS type, nullable, default_value AS "default", identity, generated, comment,
       description, tags, classification,
       (SELECT array_agg(t.name ORDER BY t.name) FROM crosswind.column_terms x
          JOIN crosswind.terms t ON t.key = x.term_key WHERE x.column_key = columns.key) AS terms
  FROM crosswind.columns WHERE asset_key = ANY(CAST(:keys AS bigint[])) AND removed_at IS NULL
 ORDER BY asset_key, position, key
"""
_OWNERS = """
SELECT asset_key, kind, name, role FROM crosswind.asset_owners WHERE asset_key = ANY(CAST(:keys AS bigint[]))
 ORDER BY asset_key, role, kind, name
"""
_EDGES = f"""
SELECT DISTINCT ON (s.qualified_name, r.type, r.name, t.qualified_name)
       r.type, s.qualified_name AS source, t.qualified_name AS target, r.name, r.metadata
  FROM (SELECT a.key, a.qualified_name FROM crosswind.assets a
         WHERE a.tenant = :tenant AND a.qualified_name > :after AND a.removed_at IS NULL AND {_SEEN}
         ORDER BY a.qualified_name LIMIT :page) s
  JOIN crosswind.relationships r ON r.source_key = s.key
  JOIN crosswind.assets t ON t.key = r.target_key AND t.removed_at IS NULL AND {_SEEN.replace("a.", "t.")}
 ORDER BY s.qualified_name, r.type, r.name, t.qualified_name, r.origin
"""  # noqa: S608 - no value is formatted in
_LAST = f"""
SELECT max(qualified_name) FROM (
    SELECT a.qualified_name FROM crosswind.assets a
     WHERE a.tenant = :tenant AND a.qualified_name > :after AND a.removed_at IS NULL AND {_SEEN}
     ORDER BY a.qualified_name LIMIT :page) page
"""  # noqa: S608 - no value is formatted in


def freeze(session: Session) -> None:
    """Let the session see the moment of its first statement until it ends, and write nothing."""
    session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))


def vocabulary(session: Session, actor: Actor) -> tuple[Sequence[Row[Any]], Sequence[Row[Any]]]:
    """All tags and the tenant's own classifications."""
    values = {"tenant": actor.tenant}
    return session.execute(text(_TAGS), values).all(), session.execute(text(_CLASSIFICATIONS), values).all()


def spoken(session: Session, actor: Actor) -> tuple[Sequence[Row[Any]], ...]:
    """All domains, terms and data products."""
    statements = (_OWNED.format("domains"), _TERMS, _OWNED.format("data_products"))
    return tuple(session.execute(text(each), {"tenant": actor.tenant}).all() for each in statements)


def said(session: Session, keys: Sequence[int]) -> Sequence[Row[Any]]:
    """The domain, the terms and the data products of assets, by name."""
    return session.execute(text(_SAID), {"keys": list(keys)}).all()


def assets(session: Session, actor: Actor) -> Iterator[Sequence[Row[Any]]]:
    """The assets that the actor may see, by qualified name."""
    values: dict[str, Any] = {"tenant": actor.tenant, "seen": seen(session, actor), "page": PAGE, "after": ""}
    while rows := session.execute(text(_ASSETS), values).all():
        yield rows
        values["after"] = rows[-1].qualified_name


def columns(session: Session, keys: Sequence[int]) -> Sequence[Row[Any]]:
    """The present columns of assets, in their order."""
    return session.execute(text(_COLUMNS), {"keys": list(keys)}).all()


def owners(session: Session, keys: Sequence[int]) -> Sequence[Row[Any]]:
    """Who answers for assets."""
    return session.execute(text(_OWNERS), {"keys": list(keys)}).all()


def edges(session: Session, actor: Actor) -> Iterator[Sequence[Row[Any]]]:
    """The relationships between those assets, by source; each once, whoever vouches for it."""
    values: dict[str, Any] = {"tenant": actor.tenant, "seen": seen(session, actor), "page": PAGE, "after": ""}
    while (last := session.scalar(text(_LAST), values)) is not None:
        yield session.execute(text(_EDGES), values).all()
        values["after"] = last
