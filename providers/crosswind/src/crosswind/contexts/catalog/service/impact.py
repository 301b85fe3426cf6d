"""What breaks downstream when something changes, and who is to be told."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import UUID

from crosswind.contexts.catalog.repository import lineage
from crosswind.contexts.catalog.schemas.impact import Affected, Impact, ImpactQuery
from crosswind.contexts.catalog.schemas.lineage import Lineage, LineageEntry, LineageQuery
from crosswind.contexts.catalog.service.lineage import LineageService
from crosswind.kit.unit_of_work import UnitOfWork

LONGEST_OWNER = 200
MOST_OWNERS = 20


class ImpactService:
    """Reads lineage downwards and sums it up; bounded as lineage is."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._session = uow.session
        self._lineages = LineageService(uow)

    def of(self, asset_id: UUID, query: ImpactQuery) -> Impact:
        """The assets made of this one, each once at its least distance."""
        asked = LineageQuery(
            depth=query.depth, limit=query.limit, column=query.column, direction="downstream",
            asset_type=query.asset_type,
        )  # fmt: skip
        found = self._lineages.of(asset_id, asked)
        affected = _affected(found)
        for identifier, told in lineage.owners(self._session, affected).items():
            affected[identifier]["owners"] = _names(told)
        return _summed(found, sorted(affected.values(), key=lambda each: (each["depth"], each["qualifiedName"])))


def _affected(found: Lineage) -> dict[UUID, Affected]:
    affected: dict[UUID, Affected] = {}
    for entry in found["downstream"]:
        asset, edge = entry["asset"], entry["relationship"]
        if asset["id"] == found["asset"]["id"]:
            continue
        here = affected.setdefault(asset["id"], _fresh(entry))
        here["depth"] = min(here["depth"], edge["depth"])
        here["via"] = sorted({*here["via"], edge["type"]})
        if "columns" in edge:
            here["columns"] = sorted({*here.get("columns", ()), *(pair["downstream"] for pair in edge["columns"])})
    return affected


def _fresh(entry: LineageEntry) -> Affected:
    asset = entry["asset"]
    return {
        "id": asset["id"],
        "name": asset["name"],
        "type": asset["type"],
        "qualifiedName": asset["qualified_name"],
        "connectionId": asset["connection_id"],
        "depth": entry["relationship"]["depth"],
        "via": [],
        "owners": [],
    }


def _names(told: Any) -> list[str]:
    """The owners that people wrote as a name, a list of names, or a list of objects with one."""
    each_told = told if isinstance(told, list) else [told]
    names = (each.get("name") if isinstance(each, dict) else each for each in each_told[:MOST_OWNERS])
    return [name[:LONGEST_OWNER] for name in names if isinstance(name, str) and name.strip()]


def _summed(found: Lineage, affected: list[Affected]) -> Impact:
    owned = Counter(owner for each in affected for owner in dict.fromkeys(each["owners"]))
    return {
        "id": found["asset"]["id"],
        "name": found["asset"]["name"],
        "total": len(affected),
        "byDepth": {str(depth): count for depth, count in sorted(Counter(each["depth"] for each in affected).items())},
        "byType": dict(sorted(Counter(each["type"] for each in affected).items())),
        "owners": [{"owner": owner, "assets": count} for owner, count in owned.most_common(100)],
        "unowned": sum(not each["owners"] for each in affected),
        "affected": affected,
        "isPartial": found["is_partial"],
    }
