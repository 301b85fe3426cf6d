"""Imports of files: blocks of lines from a running task, each stored once, in order, with how far the import is."""

from __future__ import annotations

import hashlib
import time
from typing import Annotated, cast
from uuid import UUID

import msgspec
from msgspec import Meta

from crosswind.contexts.catalog.ports import ImportGrant, ImportGrants
from crosswind.contexts.catalog.transfer import lines as reading
from crosswind.contexts.catalog.transfer import rows
from crosswind.contexts.catalog.transfer.lines import LineError
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
from crosswind.contexts.catalog.transfer.storing import Stored, Storer
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

    def __init__(self, uow: UnitOfWork, grants: ImportGrants) -> None:
        self._uow = uow
        self._session = uow.session
        self._grants = grants

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
        """Store the next block; the one before again gives the same answer."""
        top, _, rest = body.partition(b"\n")
        head = read(top, Head)
        raw = rest.split(b"\n") if rest else []
        if len(raw) > MOST_LINES:
            raise Invalid(f"A block has at most {MOST_LINES} lines", field="body")
        parsed = reading.parse(raw, head.first)
        parsed.errors += [LineError(line, "", message) for line, message in head.refused]
        self._grants(task_id)
        rows.prepare(parsed, words_too=self._mostly_new(task_id))
        self._await(task_id, head.sequence)
        row = self._row(task_id, lock=True)
        grant = self._grants(task_id)
        digest = hashlib.blake2b(body, digest_size=16).hexdigest()
        if head.sequence == row.sequence and row.digest == digest:
            return cast("BlockAnswer", row.answer)
        if head.sequence != row.sequence + 1 or head.first != row.lines + 1:
            raise Conflict(
                f"The import stands at block {row.sequence} and line {row.lines}",
                sequence=row.sequence, lines=row.lines,
            )  # fmt: skip
        loading.prepare(self._session)
        done = Storer(self._session, self._asker(row)).store(parsed, upsert=grant.upsert)
        if grant.strict and done.errors:
            raise _strict(done.errors)
        return self._note(grant, row, head, raw, digest, done)

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
        return _shown(row)

    def get(self, task_id: str) -> ImportShown:
        """How far an import is."""
        return _shown(self._seen(task_id))

    def errors(self, task_id: str, window: Window) -> Page[LineProblem]:
        """One window of the lines that were not taken, of the first thousand."""
        self._seen(task_id)
        found, total = imports.errors(self._session, task_id, window)
        return Page([cast("LineProblem", row._asdict()) for row in found], total, window)

    def _mostly_new(self, task_id: str) -> bool:
        """Whether a block that waits for its turn had better make its words meanwhile."""
        counts = imports.counts(self._session, task_id)
        return counts.get("created", 0) >= counts.get("unchanged", 0)

    def _await(self, task_id: str, sequence: int) -> None:
        """Wait until the block before is stored: the next one may be read and sent meanwhile."""
        until = time.monotonic() + PATIENCE
        while imports.sequence(self._session, task_id) < sequence - 1:
            if time.monotonic() > until:
                raise Unavailable(f"Block {sequence - 1} is not stored yet", retry_after=1)
            time.sleep(0.01)

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
        return answer

    def _row(self, task_id: str, *, lock: bool = False) -> ImportRow:
        row = imports.find(self._session, self._uow.actor.tenant, task_id, lock=lock)
        if row is None:
            raise NotFound("Import", task_id)
        return row

    def _seen(self, task_id: str) -> ImportRow:
        if not self._grants.reads(task_id):
            raise NotFound("Import", task_id)
        return self._row(task_id)

    def _asker(self, row: ImportRow) -> Actor:
        """Whoever asked for the import, with the rights of that moment."""
        scope = row.scope
        attributes = {name: frozenset(values) for name, values in scope["attributes"].items()}
        return Actor(
            row.requested_by, scope["name"], row.tenant, "user", frozenset(scope["permissions"]), attributes=attributes
        )


def _strict(errors: list[LineError]) -> Invalid:
    first = min(errors, key=lambda error: error.line)
    where = f"line {first.line}" + (f", {first.field}" if first.field else "")
    plain = [error.plain() for error in sorted(errors, key=lambda error: error.line)[:100]]
    return Invalid(
        f"{len(errors)} lines of this block are wrong, so nothing of it is stored; {where}: {first.message}",
        field=first.field or "body", errors=plain, error_count=len(errors),
    )  # fmt: skip


def _shown(row: ImportRow) -> ImportShown:
    return {
        "taskId": row.task_id,
        "status": "COMPLETED" if row.completed_at else "RUNNING",
        "requestedBy": row.requested_by,
        "lines": row.lines,
        "blocks": row.sequence,
        "counts": row.counts,
        "startedAt": row.started_at,
        "completedAt": row.completed_at,
    }
