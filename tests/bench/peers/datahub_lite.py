"""datahub-lite over its SQLite file, in the peers' own Python: a folder is named, figures come out."""

from __future__ import annotations

import json
import sys
import time
from typing import Any

from datahub.emitter.mce_builder import make_dataset_urn  # type: ignore[import-not-found]
from datahub.emitter.mcp import MetadataChangeProposalWrapper  # type: ignore[import-not-found]
from datahub.lite.lite_local import SearchFlavor  # type: ignore[import-not-found]
from datahub.lite.sqlite_lite import SqliteLite  # type: ignore[import-not-found]
from datahub.metadata import schema_classes as facts  # type: ignore[import-not-found]
from tests.bench.peers.workload import ASSETS, COLUMNS, SEARCHED, SEARCHES, described, p95


def main(folder: str) -> None:
    lite = SqliteLite.create({"file": f"{folder}/lite.sqlite", "options": {"synchronous": "OFF"}})
    every = [(make_dataset_urn("postgres", place), name, text) for place, name, text in described(ASSETS)]
    since = time.perf_counter()
    for urn, name, text in every:
        for aspect in aspects(name, text):
            lite.write(MetadataChangeProposalWrapper(entityUrn=urn, aspect=aspect))
    put = ASSETS / (time.perf_counter() - since)
    since = time.perf_counter()
    for urn, _, _ in every:
        assert "datasetProperties" in lite.get(urn, None)
    got = ASSETS / (time.perf_counter() - since)
    found, taken = 0, []
    for _ in range(SEARCHES):
        since = time.perf_counter()
        found = len({each.id for each in lite.search(SEARCHED, SearchFlavor.FREE_TEXT)})
        taken.append((time.perf_counter() - since) * 1000)
    print(json.dumps({"put": put, "got": got, "searched": p95(taken), "found": found}))


def aspects(name: str, text: str) -> list[Any]:
    """Name and description, and the columns."""
    kind = facts.SchemaFieldDataTypeClass(type=facts.StringTypeClass())
    fields = [facts.SchemaFieldClass(fieldPath=column, type=kind, nativeDataType=native) for column, native in COLUMNS]
    columns = facts.SchemaMetadataClass(
        schemaName=name, platform="urn:li:dataPlatform:postgres", version=0, hash="", fields=fields,
        platformSchema=facts.OtherSchemaClass(rawSchema=""),
    )  # fmt: skip
    return [facts.DatasetPropertiesClass(name=name, description=text), columns]


if __name__ == "__main__":
    main(sys.argv[1])
