"""What fills the catalog, and what gives it out as files."""

from __future__ import annotations

from functools import cached_property

from crosswind.adapters.crawl_grants import LeaseGrants
from crosswind.adapters.import_grants import ImportLeaseGrants
from crosswind.bootstrap.family import ServiceFamily
from crosswind.contexts.catalog.openlineage.service import OpenLineageService
from crosswind.contexts.catalog.service.crawls import CrawlService
from crosswind.contexts.catalog.service.ingestion import IngestionService
from crosswind.contexts.catalog.transfer.exports import ExportService
from crosswind.contexts.catalog.transfer.imports import ImportService
from crosswind.contexts.catalog.transfer.sheets import SheetService
from crosswind.contexts.catalog.transfer.uploads import UploadService


class IntakeServices(ServiceFamily):
    """The services by which the catalog is filled, and given out as files."""

    @cached_property
    def ingestion(self) -> IngestionService:
        """Many assets at once."""
        return IngestionService(self.uow)

    @cached_property
    def openlineage(self) -> OpenLineageService:
        """What running jobs tell."""
        return OpenLineageService(self.uow)

    @cached_property
    def crawls(self) -> CrawlService:
        """The server's side of crawls."""
        return CrawlService(self.uow, LeaseGrants(self.uow.session, self.uow.actor))

    @cached_property
    def imports(self) -> ImportService:
        """The server's side of imports of files."""
        return ImportService(self.uow, ImportLeaseGrants(self.uow.session, self.uow.actor), self.platform.turns)

    @cached_property
    def uploads(self) -> UploadService:
        """Files that are sent to be taken in."""
        return UploadService(self.uow)

    @cached_property
    def exports(self) -> ExportService:
        """The catalog as a file."""
        return ExportService(self.uow, self.platform.session)

    @cached_property
    def sheets(self) -> SheetService:
        """Descriptions, tags and owners as a sheet."""
        return SheetService(self.uow)
