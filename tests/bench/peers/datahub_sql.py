"""DataHub's SQL parser, in the peers' own Python: statements as JSON come in, its edges and its time go out."""

from __future__ import annotations

import json
import sys
import time
from typing import Any

from datahub.emitter.mce_builder import make_dataset_urn  # type: ignore[import-not-found]
from datahub.metadata.urns import DatasetUrn  # type: ignore[import-not-found]
from datahub.sql_parsing import sqlglot_lineage as parser  # type: ignore[import-not-found]
from datahub.sql_parsing.schema_resolver import SchemaResolver  # type: ignore[import-not-found]

ROUNDS = 3
PLATFORMS = {"tsql": "mssql", "spark": "databricks"}


def main() -> None:
    asked = json.load(sys.stdin)
    resolvers = [resolver(each) for each in asked]
    taken = []
    for _ in range(ROUNDS):
        parser._sqlglot_lineage_cached.cache_clear()
        since = time.perf_counter()
        told = [parse(each, known) for each, known in zip(asked, resolvers, strict=True)]
        taken.append(time.perf_counter() - since)
    print(json.dumps({"seconds": min(taken), "edges": [edges(each) for each in told]}))


def resolver(statement: dict[str, Any]) -> Any:
    """What the parser is told of the tables: names as they are stored, all of text."""
    found = SchemaResolver(platform=PLATFORMS.get(statement["dialect"], statement["dialect"]))
    for name, columns in statement["tables"].items():
        full = f"{statement['database']}.{name}"
        found.add_raw_schema_info(make_dataset_urn(found.platform, full), dict.fromkeys(columns, "VARCHAR"))
    return found


def parse(statement: dict[str, Any], known: Any) -> Any:
    return parser.sqlglot_lineage(
        statement["sql"], known, default_db=statement["database"], default_schema=statement["schema"],
        override_dialect=statement["dialect"],
    )  # fmt: skip


def edges(told: Any) -> list[tuple[str, str]]:
    """`column` with each `schema.table.column` that it is made of."""
    return [
        (each.downstream.column, f"{DatasetUrn.from_string(source.table).name.partition('.')[2]}.{source.column}")
        for each in told.column_lineage or ()
        for source in each.upstreams
    ]


if __name__ == "__main__":
    main()
