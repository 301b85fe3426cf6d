"""The server's side of a crawl: manifests, wanted objects, the end of the run, and what people release."""

from __future__ import annotations

import hashlib
from typing import Any, cast

from crosswind.contexts.catalog import wire
from crosswind.contexts.catalog.errors import DoesNotFit
from crosswind.contexts.catalog.models import CrawlRangeRow, CrawlRow
from crosswind.contexts.catalog.ports import CrawlGrant, CrawlGrants
from crosswind.contexts.catalog.repository import crawls, manifests
from crosswind.contexts.catalog.schemas.crawls import CrawlShown, CrawlSummary, ManifestAnswer, ObjectsAnswer
from crosswind.contexts.catalog.service.batches import Batch
from crosswind.contexts.catalog.service.endings import end, release
from crosswind.kit.errors import Conflict, NotFound
from crosswind.kit.unit_of_work import UnitOfWork


class CrawlService:
    """Crawls of one unit of work; a request repeated under its number gets the answer it got before."""

    def __init__(self, uow: UnitOfWork, grants: CrawlGrants) -> None:
        self._uow = uow
        self._session = uow.session
        self._grants = grants

    def manifest(self, task_id: str, body: bytes) -> ManifestAnswer:
        """Compare one range with the catalog; returns which items are wanted, and notes what is not there any more."""
        manifest = wire.read(body, wire.Manifest)
        wire.check_manifest(manifest)
        grant, crawl = self._enter(task_id)
        crawl = self._agree(crawl, manifest)
        before = self._repeated(crawl, "manifest", manifest.sequence, body)
        if before is not None:
            return cast("ManifestAnswer", before.answer)
        found = manifests.compare(self._session, grant.connection_key, manifest, full=grant.depth == "full")
        vanished = [key for key, schema, name in found.vanished if grant.patterns.wants(schema, name)]
        if found.moved:
            manifests.write_statistics(self._session, found.moved)
        unchanged = len(manifest.items) - len(found.wanted)
        answer: ManifestAnswer = {"wanted": found.wanted, "vanished": len(vanished), "unchanged": unchanged}
        place = {"after": manifest.after, "up_to": manifest.up_to, "items": len(manifest.items)}
        notes = {"wanted": found.wanted, "vanished": vanished, "answer": answer}
        self._note(crawl, "manifest", manifest.sequence, body, place | notes)
        return answer

    def objects(self, task_id: str, body: bytes) -> ObjectsAnswer:
        """Store objects that a manifest's answer wanted: assets, columns and relationships where they differ."""
        request = wire.read(body, wire.Objects)
        wire.check_objects(request.objects)
        grant, crawl = self._enter(task_id)
        if crawl.database is None:
            raise Conflict("Send the manifest of a range before its objects")
        before = self._repeated(crawl, "objects", request.sequence, body)
        if before is not None:
            return cast("ObjectsAnswer", before.answer)
        batch = Batch(self._uow, grant, crawl)
        answer = batch.store(request.objects)
        notes = {"items": len(request.objects), "answer": answer, "notes": batch.diff.plain()}
        self._note(crawl, "objects", request.sequence, body, notes)
        return answer

    def complete(self, task_id: str, body: bytes) -> CrawlSummary:
        """End a complete run: mark what vanished as removed, or hold it, and sum up; again gives the same summary."""
        completion = wire.read(body, wire.Completion)
        grant, crawl = self._enter(task_id, ended=True)
        if crawl.summary is not None:
            return cast("CrawlSummary", crawl.summary)
        return cast("CrawlSummary", end(self._uow, grant, crawl, completion))

    def get(self, task_id: str) -> CrawlShown:
        """What a crawl did so far, or did."""
        found = crawls.find(self._session, self._uow.actor, task_id)
        if found is None:
            raise NotFound("Crawl", task_id)
        return _shown(found.CrawlRow, found.connection_id)

    def release(self, task_id: str) -> CrawlShown:
        """Mark as removed what the crawl held back; only the connection's latest crawl can be released."""
        found = crawls.find(self._session, self._uow.actor, task_id)
        if found is None:
            raise NotFound("Crawl", task_id)
        crawls.lock_connection(self._session, found.CrawlRow.connection_key)
        self._session.refresh(found.CrawlRow)
        release(self._uow, found.CrawlRow, found.connection_id)
        self._session.refresh(found.CrawlRow)
        return _shown(found.CrawlRow, found.connection_id)

    def _enter(self, task_id: str, *, ended: bool = False) -> tuple[CrawlGrant, CrawlRow]:
        """One request of a connection at a time, by a lease that is not fenced, on a crawl that has not ended."""
        grant = self._grants(task_id)
        crawls.lock_connection(self._session, grant.connection_key)
        grant = self._grants(task_id)
        values = {
            "tenant": self._uow.actor.tenant,
            "task_id": grant.task_id,
            "connection_key": grant.connection_key,
            "try_number": grant.try_number,
            "depth": grant.depth,
            "patterns": grant.patterns.fingerprint,
        }
        crawl = crawls.open_crawl(self._session, values)
        if crawl.summary is not None and not ended:
            raise Conflict("This crawl is complete; start another one")
        if crawl.try_number < grant.try_number and crawl.summary is None:
            crawls.finish(self._session, crawl, try_number=grant.try_number, identity=None, database=None)
            self._session.refresh(crawl)
        return grant, crawl

    def _agree(self, crawl: CrawlRow, manifest: wire.Manifest) -> CrawlRow:
        """The first manifest of a try says which server and database it reads; the others must say the same."""
        said = (manifest.identity, manifest.database)
        if crawl.database is None:
            namespace = manifest.namespace
            crawls.finish(self._session, crawl, identity=said[0], database=said[1], namespace=namespace)
            self._session.refresh(crawl)
        elif (crawl.identity, crawl.database) != said:
            raise DoesNotFit("The source is another one than the run began with; let the run start again")
        return crawl

    def _repeated(self, crawl: CrawlRow, kind: str, sequence: int, body: bytes) -> CrawlRangeRow | None:
        before = crawls.known_range(self._session, crawl, kind, sequence)
        if before is not None and before.digest != _digest(body):
            raise Conflict(f"Sequence {sequence} was used for another request", sequence=sequence)
        return before

    def _note(self, crawl: CrawlRow, kind: str, sequence: int, body: bytes, values: dict[str, Any]) -> None:
        key = {"crawl_key": crawl.key, "try_number": crawl.try_number, "kind": kind, "sequence": sequence}
        crawls.add_range(self._session, key | {"digest": _digest(body)} | values)


def _digest(body: bytes) -> str:
    return hashlib.blake2b(body, digest_size=16).hexdigest()


def _shown(crawl: CrawlRow, connection_id: str) -> CrawlShown:
    ended = crawl.completed_at is not None
    shown = {
        "taskId": crawl.task_id,
        "connectionId": connection_id,
        "status": "COMPLETED" if ended else "RUNNING",
        "depth": crawl.depth,
        "database": crawl.database,
        "startedAt": crawl.started_at,
        "completedAt": crawl.completed_at,
        "releasedAt": crawl.released_at,
        "releasedBy": crawl.released_by,
        **(crawl.summary or {}),
    }
    return cast("CrawlShown", shown)
