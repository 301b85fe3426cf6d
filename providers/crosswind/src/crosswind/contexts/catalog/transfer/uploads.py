"""Files that are sent to be taken in: kept in parts in the store, where any server and any task reaches them."""

from __future__ import annotations

from uuid import UUID

from crosswind.contexts.catalog.transfer.repository import uploads as repository
from crosswind.contexts.catalog.transfer.schemas import Upload
from crosswind.kit.errors import Conflict, NotFound, TooLarge
from crosswind.kit.unit_of_work import Event, UnitOfWork

MEGABYTE = 1024 * 1024
PART = 4 * MEGABYTE
MOST = 2048 * MEGABYTE
"""Bytes of one file, as it is sent."""
MOST_OF_TENANT = 4 * MOST
"""Bytes that the files of a tenant may take while they wait."""


class UploadService:
    """Files of one unit of work."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow = uow
        self._session = uow.session

    def begin(self) -> UUID:
        """Begin a file; Conflict while too much is waiting."""
        actor = self._uow.actor
        if repository.held(self._session, actor.tenant) >= MOST_OF_TENANT:
            raise Conflict(f"Files of {MOST_OF_TENANT // MEGABYTE} MB wait to be taken in; remove some of them first")
        return repository.add(self._session, actor.tenant, actor.subject)

    def append(self, upload_id: UUID, number: int, data: bytes) -> None:
        """Store the next part; TooLarge beyond what a file may have."""
        if number * PART + len(data) > MOST:
            raise TooLarge(
                f"A file has at most {MOST // MEGABYTE} MB; compress it, or send it in several", field="body"
            )
        repository.append(self._session, upload_id, number, data)

    def abandon(self, upload_id: UUID) -> None:
        """Let go of a file that did not come as a whole."""
        repository.remove(self._session, self._uow.actor.tenant, upload_id)

    def complete(self, upload_id: UUID, name: str | None) -> Upload:
        """Say that a file is there as a whole, and how it is called."""
        repository.complete(self._session, upload_id, name)
        found = self.get(upload_id)
        after = {"name": found["name"], "size": found["size"]}
        self._uow.record(Event("upload", str(upload_id), "create", None, after))
        return found

    def get(self, upload_id: UUID) -> Upload:
        """A file that was sent as a whole."""
        row = repository.find(self._session, self._uow.actor.tenant, upload_id)
        if row is None:
            raise NotFound("Upload", upload_id)
        return {
            "id": row.id,
            "source": f"upload:{row.id}",
            "name": row.name,
            "size": row.size,
            "createdAt": row.created_at,
        }

    def delete(self, upload_id: UUID) -> None:
        """Let go of a file."""
        if not repository.remove(self._session, self._uow.actor.tenant, upload_id):
            raise NotFound("Upload", upload_id)
        self._uow.record(Event("upload", str(upload_id), "delete"))
