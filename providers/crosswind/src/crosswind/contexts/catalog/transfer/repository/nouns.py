"""What a block says of domains, terms and data products: only what it gives, with what was there before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from crosswind.contexts.catalog.transfer.repository.said import TABLES, Noun
from crosswind.kit.actor import Actor

Record = dict[str, Any]
_OWNED = ("description", "owner_kind", "owner_name")
FIELDS: dict[Noun, tuple[str, ...]] = {
    "domain": _OWNED, "data_product": _OWNED, "term": ("description", "synonyms"),
}  # fmt: skip
AT_ONCE = 500
"""Records of one statement, so that what was there before is never held of a whole block."""
_TYPES = {"description": "text", "owner_kind": "text", "owner_name": "text", "synonyms": "text[]"}
_MAKE = """
INSERT INTO crosswind.{table} (tenant, name, {fields}, created_by)
SELECT :tenant, x.name, {given}, :author FROM json_to_recordset(CAST(:records AS json)) AS x(name text, {typed})
 ORDER BY x.name COLLATE "C"
ON CONFLICT DO NOTHING RETURNING id, name
"""
_HOLD = """
SELECT id, name, {fields} FROM crosswind.{table} WHERE tenant = :tenant AND name = ANY(CAST(:names AS text[]))
 ORDER BY name COLLATE "C" FOR UPDATE
"""
_CHANGE = """
UPDATE crosswind.{table} AS t SET ({fields}) = ROW({given}), version = t.version + 1, updated_at = now()
  FROM json_to_recordset(CAST(:records AS json)) AS x(name text, {typed})
 WHERE t.tenant = :tenant AND t.name = x.name
"""
_ENDING = """
SELECT t.name FROM crosswind.{table} t JOIN crosswind.vocabulary_pending p ON p.noun_key = t.key
 WHERE p.noun = '{table}' AND p.ends AND t.tenant = :tenant AND t.name = ANY(CAST(:names AS text[]))
"""
_NAMED = """
INSERT INTO crosswind.terms (tenant, name, created_by)
SELECT :tenant, x.name, :author FROM unnest(CAST(:names AS text[])) AS x(name) ORDER BY x.name COLLATE "C"
ON CONFLICT DO NOTHING RETURNING id, name
"""
_RELATIVES = """
SELECT t.id, t.name, ARRAY(SELECT o.name FROM crosswind.related_terms r JOIN crosswind.terms o ON o.key = r.related_key
                            WHERE r.term_key = t.key ORDER BY o.name) AS related
  FROM crosswind.terms t WHERE t.tenant = :tenant AND t.name = ANY(CAST(:names AS text[]))
"""
_RELATED = """
WITH given AS MATERIALIZED (
    SELECT t.key, o.key AS other
      FROM json_to_recordset(CAST(:records AS json)) AS x(name text, related text[])
      JOIN crosswind.terms t ON t.tenant = :tenant AND t.name = x.name
      LEFT JOIN LATERAL unnest(x.related) AS r(name) ON true
      LEFT JOIN crosswind.terms o ON o.tenant = :tenant AND o.name = r.name AND o.key <> t.key
), wanted AS (
    SELECT key AS term_key, other AS related_key FROM given WHERE other IS NOT NULL
    UNION SELECT other, key FROM given WHERE other IS NOT NULL
), gone AS (
    DELETE FROM crosswind.related_terms r
     WHERE (r.term_key IN (SELECT key FROM given) OR r.related_key IN (SELECT key FROM given))
       AND NOT EXISTS (SELECT FROM wanted w WHERE (w.term_key, w.related_key) = (r.term_key, r.related_key))
    RETURNING r.term_key
), made AS (
    INSERT INTO crosswind.related_terms (term_key, related_key) SELECT term_key, related_key FROM wanted
    ON CONFLICT DO NOTHING RETURNING term_key
)
SELECT t.name FROM crosswind.terms t WHERE t.key IN (SELECT term_key FROM gone UNION SELECT term_key FROM made)
"""
_COUNT = """
UPDATE crosswind.terms SET version = version + 1, updated_at = now()
 WHERE tenant = :tenant AND name = ANY(CAST(:names AS text[]))
"""


@dataclass(slots=True)
class Change:
    """What a block made, where `before` is None, or changed of one noun; the states hold what differs."""

    id: UUID
    before: Record | None
    after: Record


def write(session: Session, actor: Actor, noun: Noun, records: Sequence[Record]) -> tuple[dict[str, Change], set[str]]:
    """Make what is not there and write the given fields that differ; returns what changed, by name.

    And the names of what is being removed, which stays as it is.
    """
    changes: dict[str, Change] = {}
    ending: set[str] = set()
    ordered = sorted(records, key=itemgetter("name"))
    for start in range(0, len(ordered), AT_ONCE):
        part = ordered[start : start + AT_ONCE]
        made = {row.name: row.id for row in session.execute(*_ask(_MAKE, actor, noun, part))}
        new = (each for each in part if each["name"] in made)
        changes |= {each["name"]: Change(made[each["name"]], None, {**each}) for each in new}
        changed, ends = _change(session, actor, noun, {each["name"]: each for each in part if each["name"] not in made})
        changes |= changed
        ending |= ends
    return changes, ending


def _change(session: Session, actor: Actor, noun: Noun, given: dict[str, Record]) -> tuple[dict[str, Change], set[str]]:
    if not given:
        return {}, set()
    changes, writing = {}, []
    held = session.execute(*_ask(_HOLD, actor, noun, (), names=sorted(given))).all()
    ending = set(session.scalars(*_ask(_ENDING, actor, noun, (), names=sorted(given))))
    for row in (each for each in held if each.name not in ending):
        before, after = _differing(
            row, {name: given[row.name][name] for name in FIELDS[noun] if name in given[row.name]}
        )
        if after:
            changes[row.name] = Change(row.id, before, after)
            writing.append({name: after.get(name, getattr(row, name)) for name in ("name", *FIELDS[noun])})
    if writing:
        session.execute(*_ask(_CHANGE, actor, noun, writing))
    return changes, ending


def _differing(row: Row[Any], given: Record) -> tuple[Record, Record]:
    after = {name: value for name, value in given.items() if getattr(row, name) != value}
    return {name: getattr(row, name) for name in after}, after


def relate(
    session: Session, actor: Actor, records: Sequence[Record], changes: dict[str, Change]
) -> tuple[dict[str, Change], set[str]]:
    """Relate terms as the records say; returns the changes with that, and which terms are related otherwise now.

    Their versions count that once, with what else of them `write` changed and holds them for.
    """
    names = [each["name"] for each in records]
    who = {"tenant": actor.tenant, "author": actor.subject}
    wanted = sorted({name for each in records for name in each["related"]})
    before = {row.name: row.related for row in _relatives(session, actor, names)}
    new = session.execute(text(_NAMED), {**who, "names": wanted})
    found = {**changes, **{row.name: Change(row.id, None, {"name": row.name}) for row in new}}
    moved = set(session.scalars(text(_RELATED), {**who, "records": msgspec.json.encode(records).decode()}))
    if alone := [name for name in names if name in moved and name not in changes]:
        session.execute(text(_COUNT), {"tenant": actor.tenant, "names": alone})
    for row in _relatives(session, actor, [name for name in names if name in moved]):
        change = found.setdefault(row.name, Change(row.id, {}, {}))
        change.after["related"] = row.related
        if change.before is not None:
            change.before["related"] = before[row.name]
    return found, moved


def _relatives(session: Session, actor: Actor, names: Sequence[str]) -> Iterable[Row[Any]]:
    return session.execute(text(_RELATIVES), {"tenant": actor.tenant, "names": names}).all() if names else ()


def _ask(statement: str, actor: Actor, noun: Noun, records: Sequence[Record], **more: Any) -> tuple[Any, Record]:
    """A statement about a noun's table and fields, and its values."""
    fields, values = FIELDS[noun], {"tenant": actor.tenant, "author": actor.subject, **more}
    given = {name: "coalesce(x.synonyms, '{}')" if name == "synonyms" else f"x.{name}" for name in fields}
    written = statement.format(
        table=TABLES[noun], fields=", ".join(fields), given=", ".join(given.values()),
        typed=", ".join(f"{name} {_TYPES[name]}" for name in fields),
    )  # fmt: skip
    if ":records" in statement:
        values["records"] = msgspec.json.encode(records).decode()
    return text(written), {name: value for name, value in values.items() if f":{name}" in statement}
