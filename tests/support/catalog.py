"""Crawls as a task makes them, over HTTP with a lease, from objects that a test makes up."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import msgspec
from sqlalchemy import text
from tests.support.app import METASTORE, PLATFORM, Rest

from crosswind.connectors.lineage import crawled
from crosswind.connectors.types import Dependency, ForeignKey, Key, SourceColumn, SourceObject, content_hash
from crosswind.contexts.connections.models import ConnectionRow
from crosswind.contexts.tasks.models import LeaseRow, TaskRow
from crosswind.kit.actor import DEFAULT_TENANT


def connection(rest: Rest, identifier: str = "shop", tenant: str = DEFAULT_TENANT, **columns: Any) -> int:
    """The key of a fresh connection row."""
    row = ConnectionRow(
        tenant=tenant,
        id=identifier,
        airflow_conn_id=f"{tenant}:{identifier}",
        name=identifier,
        **{"type": "database", "sub_type": "postgres", "status": "active", "document": {}, **columns},
    )
    with rest.platform.session() as session:
        session.add(row)
        session.commit()
        return row.key


def table(name: str, *columns: str | SourceColumn, schema: str = "public", **facts: Any) -> SourceObject:
    """A table whose columns are given as `name type` or as they are."""
    made = tuple(
        SourceColumn(each.partition(" ")[0], index, each.partition(" ")[2]) if isinstance(each, str) else each
        for index, each in enumerate(columns or ("id integer", "name text"), 1)
    )
    found = SourceObject(schema, name, facts.pop("kind", "TABLE"), facts.pop("type_detail", "table"), **facts)
    found = msgspec.structs.replace(found, columns=made)
    return msgspec.structs.replace(found, hash=content_hash(found))


def view(
    name: str, definition: str, columns: Sequence[str], *reads: Dependency, schema: str = "public"
) -> SourceObject:
    """A view with its definition and what it reads."""
    facts: dict[str, Any] = {"definition": definition, "dependencies": reads}
    return table(name, *columns, schema=schema, kind="VIEW", type_detail="view", **facts)


def dataset(name: str, *columns: str, schema: str = "lake", **facts: Any) -> SourceObject:
    """A dataset of an object store, with the facts and statistics that a connector tells."""
    return table(name, *columns, schema=schema, kind="DATASET", type_detail=facts.pop("type_detail", "files"), **facts)


def shop() -> list[SourceObject]:
    """Two tables with a foreign key, and a view over both."""
    customers = table("customers", "id integer", "CustomerName text", comment="Who buys", row_estimate=100,
                      primary_key=Key("customers_pkey", ("id",)))  # fmt: skip
    key = ForeignKey("orders_customer", ("customer_id",), "public", "customers", ("id",))
    orders = table("orders", "id integer", "customer_id integer", "net_total numeric", foreign_keys=(key,))
    totals = view(
        "totals",
        'SELECT c."CustomerName" AS customer, sum(o.net_total) AS total FROM public.customers c '
        "JOIN public.orders o ON o.customer_id = c.id GROUP BY 1",
        ("customer text", "total numeric"),
        Dependency("public", "customers", ("id", "CustomerName")),
        Dependency("public", "orders", ("customer_id", "net_total")),
    )
    return [customers, orders, totals]


class Task:
    """A running task of a connection, or of none, with the lease of one try."""

    def __init__(
        self,
        rest: Rest,
        connection_key: int | None,
        *,
        kind: str = "CRAWL",
        tenant: str = DEFAULT_TENANT,
        **payload: Any,
    ) -> None:
        self.id = str(uuid4())
        self.identity, self.database = "server-1", "shop"
        self._rest, self._tenant = rest, tenant
        with rest.platform.session() as session:
            made = {"tenant": tenant, "type": kind, "status": "RUNNING", "payload": payload, "requested_by": "tests"}
            session.add(TaskRow(id=self.id, connection_key=connection_key, dag_id=kind, run_id=self.id, **made))
            session.commit()
        self.trying = 0
        self.next_try()

    def next_try(self) -> Task:
        """Take over with a new try, as a retried Airflow task does."""
        self.trying += 1
        token = f"cwl_{uuid4().hex}"
        with self._rest.platform.session() as session:
            session.execute(text("UPDATE crosswind.leases SET ended_why = 'over' WHERE task_id = :id"), {"id": self.id})
            lease = LeaseRow(token_hash=hashlib.sha256(token.encode()).digest(), task_id=self.id, tenant=self._tenant,
                             try_number=self.trying, expires_at=datetime.now(UTC) + timedelta(hours=1))  # fmt: skip
            session.add(lease)
            session.commit()
        self.client = self._rest.anonymous({"Authorization": f"Bearer {token}"})
        return self

    def post(self, what: str, body: Any) -> httpx.Response:
        """Send one request of the crawl."""
        return self.client.post(f"{PLATFORM}/crawls/{self.id}/{what}", content=msgspec.json.encode(body))

    def manifest(self, objects: Sequence[SourceObject], sequence: int = 0, **place: Any) -> httpx.Response:
        """Send objects' names and hashes as one range."""
        items = [[each.schema, each.name, each.hash, each.row_estimate, each.size_bytes] for each in objects]
        who = {"identity": self.identity, "database": self.database}
        told = [each.statistics or None for each in objects]
        more = {"statistics": told} if any(told) else {}
        return self.post("manifests", {"sequence": sequence, **who, "items": items, **more, **place})

    def objects(self, objects: Sequence[SourceObject], sequence: int = 0) -> httpx.Response:
        """Send whole objects."""
        return self.post("objects", {"sequence": sequence, "objects": [crawled(each, "postgres") for each in objects]})

    def complete(self, seen: int, ranges: int = 1) -> httpx.Response:
        """End the run."""
        who = {"identity": self.identity, "database": self.database}
        return self.post("complete", {**who, "seen": seen, "ranges": ranges})

    def run(self, found: Sequence[SourceObject]) -> dict[str, Any]:
        """A whole crawl in one range; returns its summary."""
        found = sorted(found, key=lambda each: (each.schema, each.name))
        answer = ok(self.manifest(found))
        if answer["wanted"]:
            ok(self.objects([found[index] for index in answer["wanted"]]))
        return dict(ok(self.complete(len(found))))


def ok(response: httpx.Response) -> Any:
    """The body of an answer that must be a success."""
    assert response.is_success, response.text
    return response.json()


def referable(rest: Rest, *names: str) -> int:
    """Of how many of these assets a foreign key may be written at once, whoever changes them."""
    asked = "SELECT key FROM crosswind.assets WHERE name = ANY(:names) FOR KEY SHARE NOWAIT"
    with rest.platform.session() as session:
        return len(session.execute(text(asked), {"names": [*names]}).all())


def crawl(rest: Rest, connection_key: int, found: Sequence[SourceObject], **options: Any) -> dict[str, Any]:
    """Crawl once, as a task of its own."""
    return Task(rest, connection_key, **options).run(found)


def assets(client: httpx.Client, **query: Any) -> dict[str, dict[str, Any]]:
    """Listed assets by name."""
    found = ok(client.get(f"{METASTORE}/assets", params={"limit": 100, **query}))
    return {each["name"]: each for each in found["data"]}


def writes(rest: Rest, *tables: str) -> dict[str, int]:
    """Inserts, updates and deletes that the server counted on our tables; each link tells of its own when asked."""
    for link in (rest.platform.session, rest.platform.straight_session):
        with link() as session:
            session.execute(text("SELECT pg_stat_force_next_flush()"))
            session.commit()
    with rest.platform.session() as session:
        rows = session.execute(
            text(
                "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del AS writes FROM pg_stat_user_tables "
                "WHERE schemaname = 'crosswind' AND relname = ANY(:tables)"
            ),
            {"tables": list(tables)},
        )
        return {row.relname: row.writes for row in rows}
