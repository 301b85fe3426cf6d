"""Versions as they are kept: one statement for any number of assets, each bounded by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

import msgspec
from sqlalchemy import Row, func, select, text
from sqlalchemy.orm import Session

from crosswind.contexts.catalog.versions.models import AssetVersionRow
from crosswind.kit.actor import Actor
from crosswind.kit.paging import Window

MOST = 500
"""Versions kept of one asset; the next one takes the oldest away."""
V = AssetVersionRow
_SHOWN = (V.number, V.kind, V.at, V.author, V.author_name, V.breaking, V.changes)
_KEEP = """
WITH fresh AS (
    SELECT * FROM json_to_recordset(CAST(:records AS json)) AS x(
           asset_key bigint, number int, kind text, breaking boolean, changes jsonb, before jsonb)
), gone AS (
    DELETE FROM crosswind.asset_versions v USING fresh
     WHERE v.asset_key = fresh.asset_key AND v.number = fresh.number - :most
)
INSERT INTO crosswind.asset_versions (asset_key, number, tenant, kind, author, author_name, breaking, changes, before)
SELECT asset_key, number, :tenant, kind, :author, :author_name, breaking,
       ARRAY(SELECT jsonb_array_elements_text(changes)), before
  FROM fresh ORDER BY asset_key
"""
Kind = Literal["curated", "source"]


@dataclass(frozen=True, slots=True)
class Kept:
    """What a change of an asset replaced; `number` is the asset's version and source_version, added, after it."""

    asset_key: int
    number: int
    kind: Kind
    changes: list[str]
    before: dict[str, Any]
    breaking: bool = field(default=False)


def keep(session: Session, actor: Actor, changes: Sequence[Kept]) -> None:
    """Keep what these changes replaced; one statement, none where nothing changed."""
    if not changes:
        return
    records = msgspec.json.encode([asdict(each) for each in changes], enc_hook=str).decode()
    values = {"tenant": actor.tenant, "author": actor.subject, "author_name": actor.name, "most": MOST}
    session.execute(text(_KEEP), {"records": records, **values})


def page(session: Session, asset_key: int, window: Window) -> tuple[Sequence[Row[Any]], int]:
    """One window of an asset's changes, newest first, and how many are kept."""
    total = session.scalar(select(func.count()).select_from(V).where(V.asset_key == asset_key)) or 0
    chosen = select(*_SHOWN).where(V.asset_key == asset_key).order_by(V.number.desc())
    return session.execute(chosen.limit(window.limit).offset(window.offset)).all(), total


def after(session: Session, asset_key: int, number: int) -> Sequence[Row[Any]]:
    """The changes that came after a version, newest first, with what each replaced; at most as many as are kept."""
    chosen = select(*_SHOWN, V.before).where(V.asset_key == asset_key, V.number > number)
    return session.execute(chosen.order_by(V.number.desc())).all()


def one(session: Session, asset_key: int, number: int) -> Row[Any] | None:
    """The change that made a version."""
    return session.execute(select(*_SHOWN).where(V.asset_key == asset_key, V.number == number)).one_or_none()


def oldest(session: Session, asset_key: int) -> int | None:
    """The number of the oldest change that is kept."""
    return session.scalar(select(func.min(V.number)).where(V.asset_key == asset_key))
