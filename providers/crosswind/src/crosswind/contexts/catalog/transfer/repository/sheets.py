"""Assets as rows of a sheet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from crosswind.contexts.catalog.transfer.repository.assets import seen
from crosswind.kit.actor import Actor

_SEEN = "(a.connection_key IS NULL OR a.connection_key = ANY(CAST(:seen AS bigint[])))"
_PAGE = f"""
SELECT a.qualified_name, a.type, a.description, a.tags,
       (SELECT array_agg(o.kind || ':' || o.name || ':' || o.role ORDER BY o.role, o.kind, o.name)
          FROM crosswind.asset_owners o WHERE o.asset_key = a.key) AS owners
  FROM crosswind.assets a
 WHERE a.tenant = :tenant AND a.qualified_name > :after AND a.removed_at IS NULL AND {_SEEN}
 ORDER BY a.qualified_name LIMIT :page
"""  # noqa: S608 - no value is formatted in
_KNOWN = f"""
SELECT a.qualified_name, a.type, a.name FROM crosswind.assets a
 WHERE a.tenant = :tenant AND a.qualified_name = ANY(CAST(:names AS text[])) AND a.removed_at IS NULL AND {_SEEN}
"""  # noqa: S608 - no value is formatted in


def page(session: Session, actor: Actor, after: str, size: int) -> Sequence[Row[Any]]:
    """The next assets that the actor may see, by qualified name."""
    values = {"tenant": actor.tenant, "seen": seen(session, actor), "after": after, "page": size}
    return session.execute(text(_PAGE), values).all()


def known(session: Session, actor: Actor, names: Sequence[str]) -> dict[str, Row[Any]]:
    """Those of the assets that the actor may see, by qualified name."""
    values = {"tenant": actor.tenant, "seen": seen(session, actor), "names": list(names)}
    return {row.qualified_name: row for row in session.execute(text(_KNOWN), values)}
