"""Imports of files: blocks of lines from a running task, each stored once, in order, with how far the import is."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable
from functools import cache, partial
from typing import Annotated, cast
from uuid import UUID

import msgspec
from msgspec import Meta

from crosswind.contexts.catalog.ports import ImportGrant, ImportGrants, ImportStatus
from crosswind.contexts.catalog.transfer import lines as reading
from crosswind.contexts.catalog.transfer import rows, sifting
from crosswind.contexts.catalog.transfer.lines import LineError, Parsed
from crosswind.contexts.catalog.transfer.models import ImportRow
from crosswind.contexts.catalog.transfer.repository import imports, loading, uploads
from crosswind.contexts.catalog.transfer.schemas import (
    BlockAnswer,
    ImportBegin,
    ImportPlace,
    ImportShown,
    LineProblem,
    Upload,
)
from crosswind.contexts.catalog.transfer.sifting import Sifted
from crosswind.contexts.catalog.transfer.storing import Stored, Storer
from crosswind.contexts.catalog.transfer.turns import Edge, Turns, UnderWay, at_once
from crosswind.contexts.catalog.transfer.uploads import UploadService
from crosswind.contexts.catalog.wire import read
from crosswind.kit.actor import Actor
from crosswind.kit.errors import Conflict, Invalid, NotFound, Unavailable
from crosswind.kit.paging import Page, Window
from crosswind.kit.unit_of_work import Event, UnitOfWork

MOST_LINES = 50_000
MOST_ERRORS = 1_000
"""Bad lines of an import that are kept."""
PATIENCE = 25.0
"""Seconds that a block waits for the one before it."""


class Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The first line of a block: its number from 1, and the number of its first line, which counts from 1 too.

    `refused` are lines that were too long to be sent, with why; they stand empty in the block.
    """

    sequence: Annotated[int, Meta(ge=1, lt=2**31)]
    first: Annotated[int, Meta(ge=1, le=2**63 - 1)]
    refused: Annotated[list[tuple[int, str]], Meta(max_length=MOST_LINES)] = []


class ImportService:
    """Imports of one unit of work."""

    def __init__(self, uow: UnitOfWork, grants: ImportGrants, turns: Turns) -> None:
        self._uow = uow
        self._session = uow.session
        self._grants = grants
        self._turns = turns

    def begin(self, task_id: str, request: ImportBegin) -> ImportPlace:
        """Up to where the import is stored; Conflict when the file is not the one that it began with."""
        self._grants(task_id)
        row = self._row(task_id, lock=True)
        if row.source_identity not in {None, request.identity} and row.sequence:
            raise Conflict("The file is another one than the import began with; start another import")
        imports.write(self._session, task_id, {"source_identity": request.identity})
        return {"sequence": row.sequence, "lines": row.lines, "completed": row.completed_at is not None}

    def source(self, task_id: str) -> Upload:
        """The uploaded file that the import is of."""
        return UploadService(self._uow).get(self._upload(task_id))

    def part(self, task_id: str, number: int) -> bytes | None:
        """A part of that file, None after the last."""
        return uploads.part(self._session, self._upload(task_id), number)

    def _upload(self, task_id: str) -> UUID:
        grant = self._grants(task_id)
        if grant.upload is None:
            raise NotFound("Upload", task_id)
        return UUID(grant.upload)

    def block(self, task_id: str, body: bytes) -> BlockAnswer:
        """Store the next block; the one before again gives the same answer.

        While the one before is being stored this one is stored beside it, where it may; their ends keep their order.
        """
        head, raw = _opened(body)
        grant = self._grants(task_id)
        parsed, sifted = self._read(task_id, head, raw, sifts=grant.upsert)
        block = UnderWay(frozenset(_names(parsed, sifted)), frozenset(_edges(parsed)), parsed.speaks)
        before = self._await(task_id, head.sequence, block)
        turn = cache(partial(self._turn, task_id, head, block, before))
        digest = hashlib.blake2b(body, digest_size=16).hexdigest()
        if before is None and (turn().sequence, turn().digest) == (head.sequence, digest):
            return cast("BlockAnswer", turn().answer)
        if before is None:
            _check(turn(), head)
        loading.prepare(self._session)
        if sifted is not None:
            self._sift(parsed, sifted, head, raw)
        asker = self._asker(self._row(task_id))
        joining = at_once if before is not None and block.joins_others_than(before) else turn
        done = Storer(self._session, asker, turn, joining).store(parsed, upsert=grant.upsert)
        _check(turn(), head)
        if grant.strict and done.errors:
            raise _strict(done.errors)
        return self._note(grant, turn(), head, raw, digest, done)

    def complete(self, task_id: str) -> ImportShown:
        """End an import; again gives the same."""
        grant = self._grants(task_id)
        row = self._row(task_id, lock=True)
        if row.completed_at is None:
            loading.settle(self._session)
            imports.write(self._session, task_id, {"completed_at": loading.now()})
            if grant.upload is not None:
                uploads.remove(self._session, self._uow.actor.tenant, UUID(grant.upload))
            row = self._row(task_id)
        return _shown(row, "COMPLETED")

    def get(self, task_id: str) -> ImportShown:
        """How far an import is."""
        row, status = self._seen(task_id)
        return _shown(row, status)

    def errors(self, task_id: str, window: Window) -> Page[LineProblem]:
        """One window of the lines that were not taken, of the first thousand."""
        self._seen(task_id)
        found, total = imports.errors(self._session, task_id, window)
        return Page([cast("LineProblem", row._asdict()) for row in found], total, window)

    def _read(self, task_id: str, head: Head, raw: list[bytes], *, sifts: bool) -> tuple[Parsed, Sifted | None]:
        """Read what can be before the block's turn; where most seems to be stored as it stands, all but the assets."""
        counts = imports.counts(self._session, task_id)
        created, updated, unchanged = (counts.get(each, 0) for each in ("created", "updated", "unchanged"))
        sifted = None
        if sifts and unchanged >= created + updated:
            sifted = sifting.sift(enumerate(raw, head.first))
            parsed = Parsed()
            reading.add(parsed, sifted.others)
        else:
            parsed = reading.parse(raw, head.first)
            sifting.note(parsed, raw, head.first)
            rows.prepare(parsed, words_too=created >= unchanged + updated)
        parsed.errors += [LineError(line, "", message) for line, message in head.refused]
        return parsed, sifted

    def _sift(self, parsed: Parsed, sifted: Sifted, head: Head, raw: list[bytes]) -> None:
        """Read of the lines that name assets those that are not stored as they stand."""
        changed = sifted.changed(self._session, self._uow.actor.tenant) if sifted.naming else []
        reading.add(parsed, changed)
        sifting.note(parsed, raw, head.first)
        parsed.unchanged = len(sifted.naming) - len(changed)

    def _await(self, task_id: str, sequence: int, block: UnderWay) -> UnderWay | None:
        """Wait until the block before is stored, or return it where this one may be stored beside it."""
        self._turns.enter(self._session, task_id, sequence, block)
        until = time.monotonic() + PATIENCE
        while (stored := imports.sequence(self._session, task_id)) < sequence - 1:
            before = self._turns.beside(task_id, sequence, block) if stored == sequence - 2 else None
            if before is not None:
                return before
            if time.monotonic() > until:
                raise _early(sequence)
            time.sleep(0.01)
        return None

    def _turn(self, task_id: str, head: Head, block: UnderWay, before: UnderWay | None) -> ImportRow:
        """The import's row, held; a block beside another waits in the store, which ends waits in a circle."""
        if before is not None:
            before.holds.wait(PATIENCE)
        row = self._row(task_id, lock=True)
        block.holds.set()
        if before is not None and row.sequence != head.sequence - 1:
            raise _early(head.sequence)
        self._grants(task_id)
        return row

    def _note(
        self, grant: ImportGrant, row: ImportRow, head: Head, raw: list[bytes], digest: str, done: Stored
    ) -> BlockAnswer:
        counts = {name: row.counts.get(name, 0) + count for name, count in done.counts().items()}
        room = max(0, MOST_ERRORS - row.counts.get("errors", 0))
        kept = sorted(done.errors, key=lambda error: error.line)[:room]
        imports.add_errors(self._session, grant.task_id, [error.plain() for error in kept])
        lines = row.lines + len(raw)
        answer: BlockAnswer = {"sequence": head.sequence, "lines": lines, "counts": counts}
        values = {"sequence": head.sequence, "lines": lines, "counts": counts, "digest": digest, "answer": answer}
        imports.write(self._session, grant.task_id, values)
        told = {"task_id": grant.task_id, "source": grant.source, "requested_by": row.requested_by,
                "lines": [head.first, lines], **done.counts(), "qualified_names": done.names}  # fmt: skip
        event = Event("ASSET", "batch", "IMPORT", None, told, connection_id=grant.connection_id, told=True)
        if any(count for name, count in done.counts().items() if name not in {"unchanged", "errors"}):
            self._uow.record(event)
        for each in done.events:
            self._uow.record(each)
        return answer

    def _row(self, task_id: str, *, lock: bool = False) -> ImportRow:
        row = imports.find(self._session, self._uow.actor.tenant, task_id, lock=lock)
        if row is None:
            raise NotFound("Import", task_id)
        return row

    def _seen(self, task_id: str) -> tuple[ImportRow, ImportStatus]:
        status = self._grants.status(task_id)
        if status is None:
            raise NotFound("Import", task_id)
        return self._row(task_id), status

    def _asker(self, row: ImportRow) -> Actor:
        """Whoever asked for the import, with the rights of that moment."""
        scope = row.scope
        attributes = {name: frozenset(values) for name, values in scope["attributes"].items()}
        return Actor(
            row.requested_by, scope["name"], row.tenant, "user", frozenset(scope["permissions"]), attributes=attributes
        )


def _opened(body: bytes) -> tuple[Head, list[bytes]]:
    top, _, rest = body.partition(b"\n")
    raw = rest.split(b"\n") if rest else []
    if len(raw) > MOST_LINES:
        raise Invalid(f"A block has at most {MOST_LINES} lines", field="body")
    return read(top, Head), raw


def _names(parsed: Parsed, sifted: Sifted | None) -> Iterable[str]:
    return sifted.names.values() if sifted else (line.qualified_name for _, line in parsed.assets)


def _edges(parsed: Parsed) -> Iterable[Edge]:
    return ((line.source, line.target, line.type, line.name) for _, line in parsed.relationships)


def _check(row: ImportRow, head: Head) -> None:
    if head.sequence != row.sequence + 1 or head.first != row.lines + 1:
        raise Conflict(
            f"The import stands at block {row.sequence} and line {row.lines}", sequence=row.sequence, lines=row.lines
        )


def _early(sequence: int) -> Unavailable:
    return Unavailable(f"Block {sequence - 1} is not stored yet", retry_after=1)


def _strict(errors: list[LineError]) -> Invalid:
    first = min(errors, key=lambda error: error.line)
    where = f"line {first.line}" + (f", {first.field}" if first.field else "")
    plain = [error.plain() for error in sorted(errors, key=lambda error: error.line)[:100]]
    return Invalid(
        f"{len(errors)} lines of this block are wrong, so nothing of it is stored; {where}: {first.message}",
        field=first.field or "body", errors=plain, error_count=len(errors),
    )  # fmt: skip


def _shown(row: ImportRow, status: ImportStatus) -> ImportShown:
    return {
        "taskId": row.task_id,
        "status": "COMPLETED" if row.completed_at else status,
        "requestedBy": row.requested_by,
        "lines": row.lines,
        "blocks": row.sequence,
        "counts": row.counts,
        "startedAt": row.started_at,
        "completedAt": row.completed_at,
    }
