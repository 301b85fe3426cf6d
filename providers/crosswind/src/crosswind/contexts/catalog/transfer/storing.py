"""A block of lines into the catalog, set-based: what does not differ is not written."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import NamedTuple

import msgspec
from msgspec import UNSET
from sqlalchemy.orm import Session

from crosswind.contexts.catalog.repository import classifications as levels
from crosswind.contexts.catalog.repository import found_by
from crosswind.contexts.catalog.repository import tags as vocabulary
from crosswind.contexts.catalog.transfer import copying as to
from crosswind.contexts.catalog.transfer import reshaping, speaking
from crosswind.contexts.catalog.transfer import rows as made
from crosswind.contexts.catalog.transfer.lines import AssetLine, LineError, Parsed, RelationshipLine
from crosswind.contexts.catalog.transfer.repository import assets, blocks, columns, edges, owners, reshaped, was
from crosswind.contexts.catalog.transfer.repository import words as vocabularies
from crosswind.contexts.catalog.transfer.turns import at_once
from crosswind.contexts.catalog.vocabulary import anew
from crosswind.kit.actor import Actor
from crosswind.kit.errors import Forbidden
from crosswind.kit.unit_of_work import Event

Lines = dict[str, tuple[int, AssetLine]]


@dataclass(slots=True)
class Stored:
    """What a block did, and the lines that were not taken; `names` are the first of what was written.

    `events` are what the audit keeps of tags, domains, terms and data products, each by itself.
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    relationships_created: int = 0
    relationships_updated: int = 0
    tags: int = 0
    classifications: int = 0
    domains: int = 0
    terms: int = 0
    data_products: int = 0
    errors: list[LineError] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """The numbers, with how many lines were wrong."""
        told = ("created", "updated", "unchanged", "relationships_created", "relationships_updated", "tags",
                "classifications", "domains", "terms", "data_products")  # fmt: skip
        return {**{name: getattr(self, name) for name in told}, "errors": len(self.errors)}


class _Written(NamedTuple):
    """Of a block's assets: the lines that were taken, the names that were written, and the lines of new ones.

    `lost` are lines of new names that somebody else took meanwhile. The words that find what was there before are
    those of its line (`worded`), or are to be made of what is stored too (`wordless`).
    """

    kept: Collection[tuple[int, AssetLine]]
    names: Collection[str]
    new: set[int]
    lost: set[int]
    worded: Collection[int] = ()
    wordless: Collection[int] = ()


class Storer:
    """Stores blocks in the transaction of a session, as somebody with these rights.

    `turn` is called, and may wait, before anything is written that another block might need or write too: all but the
    assets that a block names, what hangs on them, and relationships, before which `joining` is called.
    """

    def __init__(
        self,
        session: Session,
        actor: Actor,
        turn: Callable[[], object] = at_once,
        joining: Callable[[], object] = at_once,
    ) -> None:
        self._session = session
        self._actor = actor
        self._turn = turn
        self._joining = joining

    def store(self, parsed: Parsed, *, upsert: bool = True) -> Stored:
        """Write a block: vocabulary, then assets with their columns, then relationships."""
        done = Stored(errors=list(parsed.errors), unchanged=parsed.unchanged)
        if parsed.unchanged:
            self._require("asset:create")
        if parsed.speaks:
            self._turn()
            self._vocabulary(parsed, done)
        if parsed.assets:
            self._assets(parsed, self._known(parsed, done, upsert=upsert), done, upsert=upsert)
        if parsed.relationships:
            self._edges(parsed.relationships, done)
        return done

    def _vocabulary(self, parsed: Parsed, done: Stored) -> None:
        if parsed.tags:
            self._require("tag:create")
            if any(line.propagates is not UNSET for _, line in parsed.tags):
                self._require("tag:update")
            records = {line.name: msgspec.to_builtins(line) for _, line in parsed.tags}
            changes = vocabularies.write_tags(self._session, self._actor, list(records.values()))
            done.tags = len(changes)
            done.events += speaking.told("TAG", changes)
        if parsed.classifications:
            self._require("classification:create")
            built_in = {each.name for each in levels.BUILT_IN}
            found = {line.name.lower(): line for _, line in parsed.classifications}
            records = {name: msgspec.to_builtins(line) for name, line in found.items() if name not in built_in}
            written = list(records.values())
            done.classifications = vocabularies.write_classifications(self._session, self._actor, written)
        if parsed.spoken:
            counts, events, errors = speaking.write(self._session, self._actor, parsed.spoken, self._require)
            done.events += events
            done.errors += errors
            for noun, count in counts.items():
                setattr(done, f"{noun}s", count)

    def _known(self, parsed: Parsed, done: Stored, *, upsert: bool) -> Lines:
        """The assets by name, what stands twice laid over what came before; unknown classifications are errors."""
        found: Lines = {pair[1].qualified_name: pair for pair in parsed.assets}
        more = [pair for pair in parsed.assets if not pair[1].alone]
        if not more and len(found) == len(parsed.assets):
            return found
        asked = any(line.classification or line.columns for _, line in more)
        known = {each.name for each in levels.known(self._session, self._actor.tenant)} if asked else set()
        unspoken = speaking.unknown(self._session, self._actor.tenant, more)
        found = {}
        for number, line in parsed.assets:
            problem = _unknown(line, known) if asked else None
            before = found.get(line.qualified_name)
            if before is not None and not upsert:
                problem = ("qualified_name", f"stands in line {before[0]} already")
            if problem is not None or number in unspoken:
                done.errors.append(unspoken[number] if problem is None else LineError(number, *problem))
                continue
            if before is not None:
                done.unchanged += 1
                parsed.rows.pop(number, None)
                parsed.words.pop(number, None)
                parsed.digests.pop(number, None)
            found[line.qualified_name] = (number, line if before is None else _over(before[1], line))
        return found

    def _assets(self, parsed: Parsed, found: Lines, done: Stored, *, upsert: bool) -> None:
        self._require("asset:create")
        if assets.met(self._session, self._actor.tenant, found):
            written = self._onto(parsed, found, done, upsert=upsert)
        else:
            written = self._anew(parsed, found, done)
        more = [pair for pair in written.kept if not pair[1].alone]
        touched, differ = self._columns(more, written.new)
        touched |= speaking.put(self._session, self._actor, [line for _, line in more])
        touched |= self._owners([line for _, line in more if line.owners is not UNSET])
        self._touch(touched, written.names, done)
        reshapen = reshaped.keys(self._session) if differ else set()
        found_by.renew(self._session, reshapen.difference(written.worded).union(written.wordless))
        self._keep(dict(more), touched=bool(touched) and len(written.new) < len(found), reshapes=differ)
        if written.lost:
            blocks.clear(self._session)
            late = {name: pair for name, pair in found.items() if pair[0] in written.lost}
            self._assets(parsed, late, done, upsert=upsert)

    def shape(self, line: AssetLine, *, anew: bool) -> None:
        """Write the columns of an asset whose own row, with its version and its event, is written already.

        `anew` where it was there before, so that what it had is looked at, dropped, and kept in that version.
        """
        pair = (0, line)
        if anew:
            blocks.fill(self._session, "block_assets", [made.asset(pair) + made.NO_WORDS], 1)
        touched, differ = self._columns([pair], set() if anew else {0})
        touched |= speaking.put(self._session, self._actor, [line])
        self._keep({0: line}, touched=bool(touched) and anew, reshapes=differ)

    def _keep(self, named: Mapping[int, AssetLine], *, touched: bool, reshapes: bool) -> None:
        """Add to the newest versions what people had said, and what the columns were."""
        if touched:
            was.keep(self._session)
        for stretch in reshaped.stretches(self._session) if reshapes else ():
            reshaped.keep(self._session, [reshaping.told(each, named) for each in stretch])

    def _anew(self, parsed: Parsed, found: Lines, done: Stored) -> _Written:
        """Write lines of which none names what is stored: there is nothing to compare with, and no words to join."""
        self._learn(line for _, line in found.values())
        ready = parsed.words
        rows_of = (
            f"{_row(parsed, pair)}\t{ready.get(pair[0]) or made.words_of_new(pair[1])}" for pair in found.values()
        )
        blocks.fill(self._session, "block_assets", rows_of, len(found))
        lost = assets.make(self._session, self._actor)
        mine = {name: pair for name, pair in found.items() if pair[0] not in lost} if lost else found
        done.created += len(mine)
        done.names = [*done.names, *islice(mine, 200)][:200]
        return _Written(mine.values(), mine.keys(), {number for number, _ in mine.values()}, lost)

    def _onto(self, parsed: Parsed, found: Lines, done: Stored, *, upsert: bool) -> _Written:
        """Write the lines that differ from what is stored under their names, and those of new names."""
        rows_of = (f"{_row(parsed, pair)}{made.NO_WORDS}" for pair in found.values())
        blocks.fill(self._session, "block_assets", rows_of, len(found))
        rows = assets.differing(self._session, self._actor, upsert=upsert)
        taken = {row.line for row in rows if not row.fresh and not (row.seen and upsert)}
        done.errors += [LineError(line, "qualified_name", "is taken by another asset") for line in sorted(taken)]
        writing = {row.line: row for row in rows if row.line not in taken}
        named = dict(found.values())
        done.unchanged += len(found) - len(writing) - len(taken)
        lost: set[int] = set()
        if not all(row.fresh for row in writing.values()):
            self._require("asset:update")
        if writing:
            self._learn(named[line] for line in writing)
            ready = parsed.words
            words_of = (
                f"{line}\t{ready[line] if row.fresh and line in ready else made.words(named[line], row)}"
                for line, row in writing.items()
            )
            blocks.fill(self._session, "block_words", words_of, len(writing))
            known = [row.key for row in writing.values() if row.key is not None]
            lost = assets.write(self._session, self._actor, known)
            again = [row.key for row in writing.values() if row.fresh and row.key is not None and row.line not in lost]
            anew.forget(self._session, again)
        names = [named[line].qualified_name for line in writing if line not in lost]
        created = sum(row.fresh for line, row in writing.items() if line not in lost)
        done.created, done.updated = done.created + created, done.updated + len(names) - created
        done.names = [*done.names, *names[:200]][:200]
        kept = [pair for pair in found.values() if pair[0] not in taken | lost]
        new = {line for line, row in writing.items() if row.key is None} - lost
        there = [(row.key, named[line], row) for line, row in writing.items() if row.key is not None]
        worded = {key for key, line, row in there if made.worded(line, row)}
        wordless = {key for key, _, row in there if row.fresh or row.resaid} - worded
        return _Written(kept, names, new, lost, worded, wordless)

    def _touch(self, keys: set[int], written: Collection[str], done: Stored) -> None:
        """Let the assets count up of which only columns or owners changed."""
        others = assets.others(self._session, keys, list(written)) if keys else []
        if others:
            self._require("asset:update")
            assets.touched(self._session, self._actor, others)
            done.updated, done.unchanged = done.updated + len(others), done.unchanged - len(others)

    def _learn(self, lines: Iterable[AssetLine]) -> None:
        self._ensure(set(chain.from_iterable(line.tags for line in lines if line.tags)))

    def _ensure(self, tags: set[str]) -> None:
        missing = vocabulary.missing(self._session, self._actor.tenant, tags) if tags else set()
        if missing:
            self._turn()
            vocabulary.ensure(self._session, self._actor.tenant, missing, self._actor.subject)

    def _columns(self, found: Sequence[tuple[int, AssetLine]], new: set[int]) -> tuple[set[int], bool]:
        given = [(number, line) for number, line in found if line.columns is not UNSET]
        if not given:
            return set(), False
        self._ensure({tag for _, line in given for column in line.columns or () for tag in column.tags or ()})
        count = sum(len(line.columns or ()) for _, line in given)
        blocks.fill(self._session, "block_columns", made.columns(given), count)
        known = any(number not in new for number, _ in given)
        return columns.write(self._session, self._actor, sorted(new), known=known)

    def _owners(self, given: Sequence[AssetLine]) -> set[int]:
        if not given:
            return set()
        rows = [
            "\t".join((to.cell(line.qualified_name), owner.kind, to.cell(owner.name), owner.role))
            for line in given
            for owner in line.owners or ()
        ]
        rows += [to.cell(line.qualified_name) + f"\t{to.NULL}" * 3 for line in given if not line.owners]
        blocks.fill(self._session, "block_owners", rows, len(rows))
        return set(owners.write(self._session, self._actor))

    def _edges(self, lines: Sequence[tuple[int, RelationshipLine]], done: Stored) -> None:
        self._require("relationship:create")
        rows = (
            "\t".join((str(number), line.type, to.cell(line.name), to.cell(line.source), to.cell(line.target),
                       to.json(line.metadata)))
            for number, line in lines
        )  # fmt: skip
        blocks.fill(self._session, "block_edges", rows, len(lines))
        self._joining()
        for row in edges.write(self._session, self._actor):
            if row.field is not None:
                done.errors.append(LineError(row.line, row.field, "names no asset that is in the catalog"))
            elif row.created:
                done.relationships_created = row.line
            else:
                done.relationships_updated = row.line

    def _require(self, permission: str) -> None:
        if not self._actor.may(permission):
            raise Forbidden(f"'{self._actor.name}' lacks the permission {permission}", permission=permission)


def _row(parsed: Parsed, pair: tuple[int, AssetLine]) -> str:
    return parsed.rows.get(pair[0]) or made.asset(pair, parsed.digests.get(pair[0]))


def _unknown(line: AssetLine, known: set[str]) -> tuple[str, str] | None:
    if line.classification and line.classification not in known:
        return "classification", f"'{line.classification}' is no classification of this tenant"
    for index, column in enumerate(line.columns or ()):
        if column.classification and column.classification not in known:
            return f"columns[{index}].classification", f"'{column.classification}' is no classification of this tenant"
    return None


def _over(before: AssetLine, after: AssetLine) -> AssetLine:
    """Two lines of one asset as the one that says the same."""
    names = (*(name for name, _ in made.GIVEN), "owners", "domain", "terms", "products")
    kept = {name: getattr(before, name) for name in names if getattr(after, name) is UNSET}
    return msgspec.structs.replace(after, **kept)
