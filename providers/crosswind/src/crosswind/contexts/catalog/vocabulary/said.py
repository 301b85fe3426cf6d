"""What the vocabulary says of one asset: its owners, its domain, its terms and its columns'."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from crosswind.contexts.catalog.versions.deltas import IDS_OF, State, delta
from crosswind.contexts.catalog.vocabulary import past, repository
from crosswind.contexts.catalog.vocabulary.models import DomainRow, TermRow
from crosswind.contexts.catalog.vocabulary.schemas import DomainGiven, OwnersGiven, OwnersShown, SaidOf, TermsGiven
from crosswind.kit.errors import Invalid, NotFound, StaleVersion
from crosswind.kit.unit_of_work import Event, UnitOfWork


class SaidService:
    """Assets of one unit of work; each change counts the asset's version up."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow = uow
        self._session = uow.session
        self._actor = uow.actor

    def owners(self, asset_id: UUID) -> OwnersShown:
        """Who answers for an asset."""
        row = self._find(asset_id)
        owners: Any = repository.owners(self._session, row.key)
        return {"assetId": row.id, "version": row.version, "owners": owners}

    def own(self, asset_id: UUID, request: OwnersGiven, version: int | None) -> OwnersShown:
        """Make these the owners of an asset, and nobody else."""
        row = self._find(asset_id, version, lock=True)
        before = repository.owners(self._session, row.key)
        given = [each.model_dump() for each in dict.fromkeys(request.owners)]
        after = sorted(given, key=lambda each: (each["role"], each["kind"], each["name"]))
        if after != before:
            repository.write_owners(self._session, self._actor.tenant, row.key, after)
            self._changed(row, {"owners": before}, {"owners": after})
        return self.owners(asset_id)

    def of(self, asset_id: UUID) -> SaidOf:
        """All that the vocabulary says of an asset."""
        row = self._find(asset_id)
        owners: Any = repository.owners(self._session, row.key)
        return {
            "assetId": row.id,
            "version": row.version,
            "owners": owners,
            "domain": repository.domain(self._session, row.key),
            "terms": repository.terms(self._session, row.key),
            "products": repository.products(self._session, row.key),
            "columns": repository.column_terms(self._session, row.key),
        }

    def place(self, asset_id: UUID, request: DomainGiven, version: int | None) -> SaidOf:
        """Put an asset into a domain, or into none."""
        row = self._find(asset_id, version, lock=True)
        was = past.said(self._session, DomainRow, [row.key])[row.key]
        before, after = was["domain"], None
        if request.domain is not None:
            known = repository.named(self._session, DomainRow, self._actor.tenant, [request.domain])
            if request.domain not in known:
                lacks = repository.lacking(self._session, DomainRow, self._actor.tenant, "domain", request.domain)
                raise Invalid(lacks, field="domain")
            found = known[request.domain]
            after = found.name
            repository.join(self._session, DomainRow, found.key, [row.key])
        elif (held := repository.domain_key(self._session, row.key)) is not None:
            repository.leave(self._session, DomainRow, held, [row.key])
        if after != before:
            self._changed(row, {"domain": before}, {"domain": after}, was)
        return self.of(asset_id)

    def mean(self, asset_id: UUID, request: TermsGiven, version: int | None) -> SaidOf:
        """Make these the terms of an asset and of the columns that are named."""
        row = self._find(asset_id, version, lock=True)
        asked = [*(request.terms or []), *(each for column in request.columns for each in column.terms)]
        known = repository.named(self._session, TermRow, self._actor.tenant, asked)
        ids, before = past.term_ids(self._session, row.key), self._meanings(row.key)
        if request.terms is not None:
            repository.write_terms(self._session, row.key, self._terms(known, request.terms, "terms"))
        if request.columns:
            repository.write_column_terms(self._session, self._on_columns(row.key, request, known))
        after: Any = self._meanings(row.key)
        if after != before:
            self._changed(row, before, after, dict.fromkeys((IDS_OF["terms"], IDS_OF["column_terms"]), ids))
        return self.of(asset_id)

    def _meanings(self, asset_key: int) -> dict[str, Any]:
        own = repository.terms(self._session, asset_key)
        return {"terms": own, "column_terms": repository.column_terms(self._session, asset_key)}

    def _on_columns(self, asset_key: int, request: TermsGiven, known: dict[str, Row[Any]]) -> dict[int, Sequence[int]]:
        keys = repository.column_keys(self._session, asset_key, [each.name for each in request.columns])
        found: dict[int, Sequence[int]] = {}
        for index, each in enumerate(request.columns):
            if each.name not in keys:
                raise Invalid(f"The asset has no column '{each.name}'", field=f"columns.{index}.name")
            if keys[each.name] in found:
                raise Invalid(f"The column '{each.name}' stands twice", field=f"columns.{index}.name")
            found[keys[each.name]] = self._terms(known, each.terms, f"columns.{index}.terms")
        return found

    def _terms(self, known: dict[str, Row[Any]], asked: Sequence[str], where: str) -> list[int]:
        for index, each in enumerate(asked):
            if each not in known:
                lacks = repository.lacking(self._session, TermRow, self._actor.tenant, "term", each)
                raise Invalid(lacks, field=f"{where}.{index}")
        return list(dict.fromkeys(known[each].key for each in asked))

    def _find(self, asset_id: UUID, version: int | None = None, *, lock: bool = False) -> Row[Any]:
        row = repository.holder(self._session, self._actor, asset_id, lock=lock)
        if row is None:
            raise NotFound("Asset", asset_id)
        if version is not None and version != row.version:
            raise StaleVersion(f"The asset is at version {row.version}, not {version}", version=row.version)
        return row

    def _changed(
        self, row: Row[Any], before: State, after: State, ids: Mapping[str, Any] = MappingProxyType({})
    ) -> None:
        differing = [f"{name.replace('_', ' ')} changed" for name in after if after[name] != before.get(name)]
        repository.touch(self._session, self._actor, [row.key], differing, {row.key: {**ids, **delta(before, after)}})
        self._uow.record(Event("ASSET", str(row.id), "UPDATE", before, after, row.connection_id))
