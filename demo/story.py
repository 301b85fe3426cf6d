"""What the demo prints: what was found, what broke, and where to look."""

from __future__ import annotations

from typing import Any

from demo.api import METASTORE, Api
from demo.count import details
from demo.job import Crawl
from demo.progress import Steps

DAG = """
    from airflow.sdk import DAG
    from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator

    with DAG("first_query", schedule=None):
        SQLExecuteQueryOperator(task_id="count", conn_id="CONNECTION", sql="SELECT count(*) FROM pg_class")
"""
COUNTED = ("schemas", "tables", "views", "datasets", "columns", "relationships")


def broke(api: Api, crawl: Crawl) -> str | None:
    """Print what a crawl saw change and what lies downstream; return the changed asset's id."""
    for kind in ("added", "changed", "removed", "held"):
        for entry in crawl.get(kind) or []:
            print(f"    {kind:<8} {entry['qualifiedName']}")
            for change in entry.get("changes") or []:
                print(f"             {change}")
    entry = next(iter(crawl.get("changed") or crawl.get("removed") or []), None)
    if entry is None:
        return None
    identifier = str(entry.get("assetId") or entry["id"])
    downstream = _downstream(api, identifier)
    print(f"    downstream of {entry['name']}: {', '.join(downstream) or 'nothing'}")
    return identifier


def _downstream(api: Api, identifier: str) -> list[str]:
    lineage = api.call("GET", f"{METASTORE}/assets/{identifier}/lineage", depth=3, direction="downstream")
    names = [item["asset"]["name"] for item in lineage["downstream"]]
    return sorted(set(names))


def summary(api: Api, crawls: dict[str, Crawl], steps: Steps, words: list[str]) -> None:
    """Print the counts of each connection, the searches and the seconds of each step."""
    for connection, crawl in crawls.items():
        print(f"\nFound in {connection}")
        for name, count in [*counted(crawl), *details(api, connection).items()]:
            if count:
                print(f"    {count:>8,}  {name}")
    print("\nSearched")
    for word in words:
        answer = api.call("GET", f"{METASTORE}/search", q=word, limit=1)
        hit = next(iter(answer["results"]), None)
        shown = f"{hit['asset']['type'].lower()} {hit['asset']['qualified_name']}" if hit else "nothing"
        print(f"    {word:<16} {answer['total']:>4} hits, first: {shown}")
    print("\nSeconds")
    for label, seconds in steps.done:
        print(f"    {seconds:>8.1f}  {label}")
    print(f"    {steps.total:>8.1f}  in all")


def counted(crawl: Crawl) -> list[tuple[str, int]]:
    """Return what the catalog holds of the connection after a crawl."""
    return [(name, int(crawl.get(name) or 0)) for name in COUNTED]


def where_to_look(link: str, base: str, connection: str, words: list[str], env_file: str) -> None:
    """Print the login link, three curl lines and a DAG."""
    curl = 'curl -H "Authorization: Bearer $CROSSWIND_API_KEY"'
    first, here = words[0].replace(" ", "+"), f"{base}/connections-platform/v1/connections/{connection}"
    print(f"""
Look at it in Airflow (this link signs you in once, from this machine):
    {link}

Ask it, after `. {env_file}`:
    {curl} "{base}/metastore/v1/search?q={first}&limit=3"
    {curl} "{here}"
    {curl} -X POST "{here}/test"

Use the connection in a DAG (a file in dags/):{DAG.replace("CONNECTION", connection)}""")


def lineage_page(identifier: str) -> str:
    """Return the page of an asset's lineage, in Airflow's frame."""
    return f"/plugin/crosswind/assets/{identifier}/lineage"


def first_view(api: Api, connection: str) -> dict[str, Any] | None:
    """Return a view of the connection's, which has lineage to show."""
    found = api.call("GET", f"{METASTORE}/assets", type="VIEW", connection_id=connection, limit=1)["data"]
    return next(iter(found), None)
