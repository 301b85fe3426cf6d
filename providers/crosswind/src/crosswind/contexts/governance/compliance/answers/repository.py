"""Reads of violations and of the newest evaluations; tenant and attribute grants are part of each statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, Text, and_, case, column, func, not_, select, true
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from crosswind.contexts.catalog.models import AssetRow, ColumnRow
from crosswind.contexts.connections.models import ConnectionRow
from crosswind.contexts.connections.repository import visible
from crosswind.contexts.governance.compliance.answers.schemas import ViolationQuery
from crosswind.contexts.governance.compliance.models import EvaluationRow, ViolationRow
from crosswind.contexts.governance.compliance.rules import SEVERITIES
from crosswind.kit.actor import Actor
from crosswind.kit.paging import Window

V = ViolationRow.__table__.c
C = ConnectionRow.__table__.c
A = AssetRow.__table__.c
L = ColumnRow.__table__.c
E = EvaluationRow.__table__.c
Clause = ColumnElement[bool]

_GRAVITY = case({word: len(SEVERITIES) - place for place, word in enumerate(SEVERITIES)}, value=V.severity, else_=0)
_NEWEST = (
    select(func.max(EvaluationRow.completed_at).label("seen"))
    .where(EvaluationRow.connection_key == C.key)
    .lateral("newest")
)
_LAST_SEEN = func.coalesce(V.last_seen, _NEWEST.c.seen, V.first_seen)
_ORDER = {
    "severity": _GRAVITY,
    "firstSeen": V.first_seen,
    "lastSeen": _LAST_SEEN,
    "rule": V.rule,
    "owner": func.lower(V.owner),
}
_WAIVED = func.coalesce(and_(V.status == "open", V.waived_until > func.now()), False)
_SHOWN = (
    V.key, V.id, V.rule, V.rule_version, V.severity, V.status, V.owner, V.evidence, V.first_seen,
    _LAST_SEEN.label("last_seen"), V.closed_at, V.closed_why, V.version, V.asset_key, V.column_key, V.connection_key,
    C.id.label("connection_id"), C.name.label("connection_name"), A.id.label("asset_id"), A.qualified_name,
    L.id.label("column_id"), L.name.label("column"),
    _WAIVED.label("waived"), V.waived_until, V.waived_at, V.waived_by, V.waived_why,
)  # fmt: skip


def page(
    session: Session, actor: Actor, query: ViolationQuery, rules: Sequence[str] | None, window: Window
) -> tuple[Sequence[Row[Any]], int]:
    """One window of the violations that an actor may see, and how many there are; `rules` narrows where it is given."""
    where = [visible(actor), *_filters(query)]
    if rules is not None:
        where.append(V.rule.in_(rules))
    total = session.scalar(_found(select(func.count())).where(*where)) or 0
    order = _order(query.sort)
    keys = _found(select(V.key), dated="lastSeen" in query.sort).where(*where).order_by(*order)
    return session.execute(_shown(keys.limit(window.limit).offset(window.offset)).order_by(*order)).all(), total


def one(session: Session, actor: Actor, identifier: UUID) -> Row[Any] | None:
    """A violation that the actor may see."""
    keys = _found(select(V.key)).where(visible(actor), V.id == identifier)
    return session.execute(_shown(keys)).one_or_none()


def open_of_rule(
    session: Session, actor: Actor, rule: str, connection: str | None, after: int, limit: int
) -> Sequence[Row[Any]]:
    """The next open violations of a rule in the order of their keys: a stretch of a walk that holds nothing open."""
    where = [visible(actor), V.status == "open", V.rule == rule, V.key > after]
    if connection is not None:
        where.append(C.id == connection)
    keys = _found(select(V.key)).where(*where).order_by(V.key).limit(limit)
    return session.execute(_shown(keys).order_by(V.key)).all()


def open_counts(session: Session, actor: Actor, connection: str | None) -> Sequence[Row[Any]]:
    """The open violations of each rule by severity, and how many of them are waived."""
    numbers = (func.count().label("number"), func.count().filter(_WAIVED).label("waived"))
    counted = select(V.rule, V.severity, *numbers).join(ConnectionRow, C.key == V.connection_key)
    grouped = counted.where(*_seen(actor, connection), V.status == "open").group_by(V.rule, V.severity)
    return session.execute(grouped).all()


def judged(session: Session, actor: Actor, connection: str | None) -> Sequence[Row[Any]]:
    """What the newest evaluations of the visible connections say of each rule, summed up.

    `connections` is in how many of them the rule was judged, `versions` by which of its versions.
    """
    newest = _newest(actor, connection)
    each = func.jsonb_each(newest.c.results).table_valued(column("key", Text), column("value", JSONB)).lateral("each")
    told = each.c.value
    sums = (func.coalesce(func.sum(told[name].as_integer()), 0).label(name) for name in ("passed", "failed", "unknown"))
    asked = select(
        each.c.key.label("rule"),
        *sums,
        func.count().label("connections"),
        func.array_agg(told["version"].as_integer().distinct()).label("versions"),
        func.min(newest.c.completed_at).label("oldest"),
        func.max(newest.c.completed_at).label("newest"),
    )
    return session.execute(asked.select_from(newest.join(each, true())).group_by(each.c.key)).all()


def scanned(session: Session, actor: Actor, connection: str | None) -> Row[Any]:
    """How many connections the actor may see, how many were judged and scanned, and when the last scan ended."""
    newest = _newest(actor, connection)
    last = select(func.max(E.completed_at)).where(E.connection_key == newest.c.key, E.cause == "scan")
    counted = (
        func.count().label("total"),
        func.count(newest.c.completed_at).label("judged"),
        func.count(last.scalar_subquery()).label("scanned"),
        func.max(last.scalar_subquery()).label("last"),
    )
    return session.execute(select(*counted).select_from(newest)).one()


def _newest(actor: Actor, connection: str | None) -> Any:
    """Each visible connection with its newest evaluation, if there is one."""
    last = (
        select(E.results, E.completed_at)
        .where(E.connection_key == C.key)
        .order_by(E.completed_at.desc(), E.key.desc())
        .limit(1)
        .lateral("last")
    )
    asked = select(C.key, last.c.results, last.c.completed_at).where(*_seen(actor, connection))
    return asked.select_from(ConnectionRow.__table__.outerjoin(last, true())).subquery("newest")


def _found(statement: Select[Any], *, dated: bool = False) -> Select[Any]:
    """Violations with their connections and no more, so that those that are skipped or counted cost little."""
    joined = ViolationRow.__table__.join(ConnectionRow.__table__, C.key == V.connection_key)
    return statement.select_from(joined.join(_NEWEST, true()) if dated else joined)


def _shown(keys: Select[Any]) -> Select[Any]:
    """The violations of these keys with all that is shown of them."""
    wanted = keys.subquery("wanted")
    joined = (
        ViolationRow.__table__.join(wanted, wanted.c.key == V.key)
        .join(ConnectionRow.__table__, C.key == V.connection_key)
        .join(_NEWEST, true())
        .outerjoin(AssetRow.__table__, A.key == V.asset_key)
        .outerjoin(ColumnRow.__table__, L.key == V.column_key)
    )
    return select(*_SHOWN).select_from(joined)


def _seen(actor: Actor, connection: str | None) -> tuple[Clause, ...]:
    return (visible(actor),) if connection is None else (visible(actor), C.id == connection)


def _filters(query: ViolationQuery) -> list[Clause]:
    equal: Mapping[str, ColumnElement[Any]] = {
        "severity": V.severity, "status": V.status, "rule": V.rule, "connection_id": C.id, "owner": V.owner,
    }  # fmt: skip
    found = [column == value for name, column in equal.items() if (value := getattr(query, name)) is not None]
    if query.waived is not None:
        found.append(_WAIVED if query.waived else not_(_WAIVED))
    if query.asset_id is not None:
        found.append(V.asset_key == select(A.key).where(A.id == query.asset_id).scalar_subquery())
    return found


def _order(sort: str) -> tuple[ColumnElement[Any], ...]:
    column = _ORDER[sort.removeprefix("-")]
    first = column.desc().nulls_last() if sort.startswith("-") else column.asc().nulls_last()
    return first, V.first_seen.desc(), V.key.desc()
