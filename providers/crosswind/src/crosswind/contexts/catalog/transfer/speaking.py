"""Domains, terms and data products of a block, before the assets that are put on them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

import msgspec
from msgspec import UNSET
from sqlalchemy.orm import Session

from crosswind.contexts.catalog.transfer import copying as to
from crosswind.contexts.catalog.transfer.lines import AssetLine, LineError
from crosswind.contexts.catalog.transfer.nouns import DomainLine, ProductLine, Spoken, TermLine
from crosswind.contexts.catalog.transfer.repository import blocks, nouns
from crosswind.contexts.catalog.transfer.repository import said as repository
from crosswind.kit.actor import Actor
from crosswind.kit.unit_of_work import EntityType, Event

TOLD_WHOLE = 1_000
"""Changes of a block whose states the audit keeps whole."""
SHORT = 200
"""Characters of a description that the audit keeps of the others, the last of which says that it is cut."""
_NOUNS: dict[type, tuple[repository.Noun, str]] = {
    DomainLine: ("domain", "domain"),
    TermLine: ("term", "term"),
    ProductLine: ("data_product", "product"),
}
_ENTITIES: dict[str, EntityType] = {"domain": "DOMAIN", "term": "TERM", "data_product": "DATA_PRODUCT"}
_Named = tuple[repository.Noun, str, str]


def write(
    session: Session, actor: Actor, lines: Sequence[tuple[int, Spoken]], require: Callable[[str], None]
) -> tuple[dict[str, int], list[Event], list[LineError]]:
    """Write what differs of each kind, a later line of one name over the one before; returns how many did, and what.

    Lines of what is being removed are errors.
    """
    found: dict[type, dict[str, nouns.Record]] = defaultdict(dict)
    for _, line in lines:
        found[type(line)].setdefault(line.name, {}).update(_given(line))
    done: dict[str, int] = {}
    events: list[Event] = []
    errors: list[LineError] = []
    for kind, records in found.items():
        noun, right = _NOUNS[kind]
        require(f"{right}:create")
        changes, ending = nouns.write(session, actor, noun, list(records.values()))
        errors += [
            LineError(number, "name", f"'{line.name}' is being removed: its assets are still taken out of it")
            for number, line in lines
            if type(line) is kind and line.name in ending
        ]
        moved: set[str] = set()
        if related := [each for name, each in records.items() if "related" in each and name not in ending]:
            changes, moved = nouns.relate(session, actor, related, changes)
        made = {name for name, change in changes.items() if change.before is None}
        done[noun] = len((changes.keys() & records.keys()) | moved)
        if not (changes.keys() | moved) <= made:
            require(f"{right}:update")
        events += told(_ENTITIES[noun], list(changes.values()))
    return done, events, errors


def _given(line: Spoken) -> nouns.Record:
    """What a line gives, as it is stored."""
    given: nouns.Record = msgspec.to_builtins(line)
    del given["kind"]
    if "owner" in given:
        owner = given.pop("owner") or {"kind": None, "name": None}
        given |= {"owner_kind": owner["kind"], "owner_name": owner["name"]}
    lists = {name: list(dict.fromkeys(given[name] or ())) for name in ("synonyms", "related") if name in given}
    return given | lists


def told(entity_type: EntityType, changes: Sequence[nouns.Change]) -> list[Event]:
    """What the audit keeps, as of changes one by one: the first whole, of the others the prose cut short."""
    return [
        Event(
            entity_type, str(each.id), "CREATE" if each.before is None else "UPDATE",
            each.before and _cut(each.before, number), _cut(each.after, number),
        )
        for number, each in enumerate(changes)
    ]  # fmt: skip


def _cut(state: nouns.Record, number: int) -> nouns.Record:
    prose = state.get("description") or ""
    if number < TOLD_WHOLE or len(prose) <= SHORT:
        return state
    return {**state, "description": prose[: SHORT - 1] + "…"}


def unknown(session: Session, tenant: str, lines: Sequence[tuple[int, AssetLine]]) -> dict[int, LineError]:
    """Lines that name a domain, term or data product that is not there, in at most three statements."""
    asked: dict[repository.Noun, set[str]] = defaultdict(set)
    naming = [(number, [*_named(line)]) for number, line in lines if _speaks(line)]
    for _, names in naming:
        for noun, _, name in names:
            asked[noun].add(name)
    known = {noun: repository.known(session, tenant, noun, names) for noun, names in asked.items()}
    near = {noun: repository.near(session, tenant, noun, names - known[noun]) for noun, names in asked.items()}
    found: dict[int, LineError] = {}
    for number, names in naming:
        for noun, where, name in names:
            if name not in known[noun]:
                said = f"'{name}' is no {noun.replace('_', ' ')} of this tenant"
                if name in near[noun]:
                    said += f"; did you mean '{near[noun][name]}'?"
                found.setdefault(number, LineError(number, where, said))
    return found


def put(session: Session, actor: Actor, lines: Sequence[AssetLine]) -> set[int]:
    """Put assets and columns on what they name, and on nothing else where they say; returns the assets that changed."""
    rows = ["\t".join(map(to.cell, row)) for line in lines if _speaks(line) for row in _rows(line)]
    if not rows:
        return set()
    blocks.fill(session, "block_said", rows, len(rows))
    return repository.put(session, actor)


def _speaks(line: AssetLine) -> bool:
    own = (line.domain, line.terms, line.products)
    return any(each is not UNSET for each in own) or any(each.terms is not UNSET for each in line.columns or ())


def _named(line: AssetLine) -> Iterator[_Named]:
    if line.domain:
        yield "domain", "domain", line.domain
    for name in line.terms or ():
        yield "term", "terms", name
    for name in line.products or ():
        yield "data_product", "products", name
    for index, column in enumerate(line.columns or ()):
        for name in column.terms or ():
            yield "term", f"columns[{index}].terms", name


def _rows(line: AssetLine) -> Iterator[tuple[str | None, ...]]:
    """What the line says, a row each; one without a name says that there is nothing."""
    place = line.qualified_name
    if line.domain is not UNSET:
        yield place, "domain", None, line.domain
    for what, names in (("term", line.terms), ("data_product", line.products)):
        if names is not UNSET:
            yield from ((place, what, None, name) for name in names or (None,))
    for column in line.columns or ():
        if column.terms is not UNSET:
            yield from ((place, "column", column.name, name) for name in column.terms or (None,))
