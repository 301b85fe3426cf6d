"""Changes made through the services that own the things, so that their checks, versions and audit hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any
from uuid import UUID

from crosswind.contexts.catalog.repository import assets
from crosswind.contexts.catalog.repository import tags as vocabulary
from crosswind.contexts.catalog.schemas.assets import AssetUpdate
from crosswind.contexts.catalog.schemas.tags import TagCreate
from crosswind.contexts.catalog.service.assets import CatalogService
from crosswind.contexts.catalog.service.tags import TagService
from crosswind.contexts.connections.schemas import ConnectionBody
from crosswind.contexts.connections.service import ConnectionService
from crosswind.contexts.governance.classification.schemas import Labelling, Resource
from crosswind.contexts.governance.classification.service import ClassificationService
from crosswind.contexts.governance.compliance.remedies.plans import Step
from crosswind.kit.errors import CrosswindError, NotFound
from crosswind.kit.unit_of_work import UnitOfWork

Failure = tuple[Step, CrosswindError]
_SERVERS_OWN = frozenset({"status", "created", "updated", "version", "governedTags", "credentials"})
"""Fields of a connection that a PUT does not take, or keeps where they are left out."""


class Changes:
    """Makes steps of a remedy; what fails on one is done on the others."""

    def __init__(
        self,
        uow: UnitOfWork,
        classifications: ClassificationService,
        tags: TagService,
        catalog: CatalogService,
        connections: ConnectionService,
    ) -> None:
        self._uow = uow
        self._classifications = classifications
        self._tags = tags
        self._catalog = catalog
        self._connections = connections

    def make(self, steps: Sequence[Step]) -> dict[Step, CrosswindError]:
        """Make all of these, each once, and return those that failed; connections come before assets, as elsewhere."""
        wanted = sorted(dict.fromkeys(steps), key=lambda step: (_TURN.index(step.kind), step.target))
        others = [step for step in wanted if step.kind != "labels"]
        failures: list[Failure] = [(step, error) for step in others if (error := self._one(step))]
        failures += self._labels([step for step in wanted if step.kind == "labels"])
        return dict(failures)

    def _one(self, step: Step) -> CrosswindError | None:
        try:
            if step.kind == "asset-retention":
                self._retain(UUID(step.target), step.value)
            elif step.kind == "connection-retention":
                self._section(step.target, "compliance", {"retention": step.value})
            else:
                self._section(step.target, "configuration", {"sslMode": step.value})
        except CrosswindError as error:
            return error
        return None

    def _retain(self, asset_id: UUID, retention: str) -> None:
        row = assets.find(self._uow.session, self._uow.actor, asset_id, lock=True)
        if row is None:
            raise NotFound("Asset", asset_id)
        self._catalog.update(asset_id, AssetUpdate(metadata={**row.curated_metadata, "retention": retention}), None)

    def _section(self, identifier: str, section: str, values: dict[str, Any]) -> None:
        """Store a connection as it is shown, with a few values of one section changed."""
        shown: dict[str, Any] = dict(self._connections.get(identifier))
        body = {name: value for name, value in shown.items() if name not in _SERVERS_OWN}
        body[section] = {**(body.get(section) or {}), **values}
        self._connections.update(identifier, ConnectionBody.model_validate(body), shown["version"])

    def _labels(self, steps: Iterable[Step]) -> Iterator[Failure]:
        for (tags, classification), same in groupby(sorted(steps, key=_label), key=_label):
            named = {Resource(type=step.resource, id=step.target): step for step in same}
            self._learn(tags)
            asked: dict[str, Any] = {"resources": list(named)} | ({"add_tags": list(tags)} if tags else {})
            asked |= {"classification": classification} if classification else {}
            for each in self._classifications.apply(Labelling(**asked)):
                if each.error is not None:
                    yield named[each.resource], each.error

    def _learn(self, tags: Sequence[str]) -> None:
        """Add words that the vocabulary lacks; planning saw to it that the actor may."""
        known = vocabulary.named(self._uow.session, self._uow.actor.tenant, tags) if tags else {}
        for tag in tags:
            if tag not in known:
                self._tags.create(TagCreate(name=tag))


_TURN = ("tls", "connection-retention", "asset-retention", "labels")


def _label(step: Step) -> tuple[tuple[str, ...], str]:
    return step.tags, step.classification or ""
