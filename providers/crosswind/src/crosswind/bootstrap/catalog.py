"""Assets, and what is said of them."""

from __future__ import annotations

from functools import cached_property

from crosswind.bootstrap.family import ServiceFamily
from crosswind.contexts.catalog.service.assets import CatalogService
from crosswind.contexts.catalog.service.impact import ImpactService
from crosswind.contexts.catalog.service.lineage import LineageService
from crosswind.contexts.catalog.service.making import MakingService
from crosswind.contexts.catalog.service.places import PlaceService
from crosswind.contexts.catalog.service.relationships import RelationshipService
from crosswind.contexts.catalog.service.search import SearchService
from crosswind.contexts.catalog.service.sql_lineage import SqlLineageService
from crosswind.contexts.catalog.service.tags import TagService
from crosswind.contexts.catalog.spreading import service as spreading
from crosswind.contexts.catalog.versions.service import VersionService
from crosswind.contexts.catalog.vocabulary.restoring import Restoring
from crosswind.contexts.catalog.vocabulary.said import SaidService
from crosswind.contexts.catalog.vocabulary.service import DomainService, ProductService, TermService


class CatalogServices(ServiceFamily):
    """The services of assets and of what is said of them."""

    @cached_property
    def catalog(self) -> CatalogService:
        """Assets, read and described."""
        return CatalogService(self.uow)

    @cached_property
    def making(self) -> MakingService:
        """Assets, made at once."""
        return MakingService(self.uow)

    @cached_property
    def search(self) -> SearchService:
        """Assets, found by words."""
        return SearchService(self.uow)

    @cached_property
    def tags(self) -> TagService:
        """The vocabulary of tags."""
        return TagService(self.uow)

    @cached_property
    def versions(self) -> VersionService:
        """What assets were before."""
        return VersionService(self.uow, self.catalog, Restoring(self.uow, self.said))

    @cached_property
    def relationships(self) -> RelationshipService:
        """Edges between assets, made by people."""
        return RelationshipService(self.uow)

    @cached_property
    def spreading(self) -> spreading.SpreadingService:
        """Tags that spread along lineage."""
        return spreading.SpreadingService(self.uow)

    @cached_property
    def said(self) -> SaidService:
        """What the vocabulary says of assets."""
        return SaidService(self.uow)

    @cached_property
    def domains(self) -> DomainService:
        """Parts of the business."""
        return DomainService(self.uow)

    @cached_property
    def terms(self) -> TermService:
        """Words of the business."""
        return TermService(self.uow)

    @cached_property
    def products(self) -> ProductService:
        """Assets that are given out together."""
        return ProductService(self.uow)

    @cached_property
    def lineages(self) -> LineageService:
        """What assets are made of."""
        return LineageService(self.uow)

    @cached_property
    def impacts(self) -> ImpactService:
        """What breaks downstream."""
        return ImpactService(self.uow)

    @cached_property
    def sql_lineages(self) -> SqlLineageService:
        """Statements, read for their lineage."""
        return SqlLineageService(self.uow, self.platform.sql_reader, self.platform.connectors)

    @cached_property
    def places(self) -> PlaceService:
        """Schemas and tables of a connection."""
        return PlaceService(self.uow)
