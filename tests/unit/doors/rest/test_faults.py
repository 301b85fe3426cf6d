"""What may go wrong between a request and its answer without being anybody's mistake here."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import anyio
import psycopg
import pytest
from sqlalchemy import create_engine, delete, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session
from tests.support.app import METASTORE, PLATFORM, Rest
from tests.support.catalog import ok

from crosswind.contexts.catalog.models import TagRow
from crosswind.doors.rest import faults
from crosswind.kit.errors import Conflict, CrosswindError, Unavailable

TAGS = f"{METASTORE}/tags"
CANARY = "canary-4711"


def test_a_live_migration_is_a_503_once_and_then_over(store: str, caplog: pytest.LogCaptureFixture) -> None:
    with Rest(store, pool_size=1) as rest:
        client = rest.client()
        assert [client.get(TAGS).status_code for _ in range(8)] == [200] * 8
        with psycopg.connect(store.replace("+psycopg", "")) as migration:
            migration.execute("ALTER TABLE crosswind.tags ALTER COLUMN name TYPE varchar(20000)")
        answer = client.get(TAGS)
        assert answer.status_code == 503, answer.text
        assert answer.headers["Retry-After"] == "1"
        assert [client.get(TAGS).status_code for _ in range(8)] == [200] * 8
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


@pytest.mark.parametrize("path", [f"{METASTORE}/ingestion/batch", f"{PLATFORM}/keys"], ids=["raw body", "parsed body"])
def test_a_client_that_leaves_in_the_middle_of_its_body_is_no_failure_of_ours(
    rest: Rest, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    status = anyio.run(_left, rest, path, rest.key())
    assert status == 400
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


async def _left(rest: Rest, path: str, key: str) -> int:
    """The status of a request that breaks off after half of its body."""
    arriving: list[dict[str, Any]] = [
        {"type": "http.request", "body": b'{"assets": [', "more_body": True},
        {"type": "http.disconnect"},
    ]
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return arriving.pop(0) if len(arriving) > 1 else arriving[0]

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"x-api-key", key.encode()), (b"content-type", b"application/json")]
    scope = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http",
             "path": path, "raw_path": path.encode(), "query_string": b"", "root_path": "", "headers": headers,
             "client": ("127.0.0.1", 1), "server": ("crosswind.test", 80)}  # fmt: skip
    await rest.app(scope, receive, send)
    return int(sent[0]["status"])


def _refresh(session: Session, row: TagRow) -> None:
    session.refresh(row)


def _read_expired(session: Session, row: TagRow) -> None:
    session.expire(row)
    assert row.name


def _write(session: Session, row: TagRow) -> None:
    row.description = "changed"
    session.flush()


@pytest.mark.parametrize("use", [_refresh, _read_expired, _write])
def test_a_row_that_somebody_deleted_meanwhile_is_a_conflict(
    rest: Rest, use: Callable[[Session, TagRow], None]
) -> None:
    ok(rest.client().post(TAGS, json={"name": "short-lived"}))
    with rest.platform.session() as session, rest.platform.session() as other:
        row = session.query(TagRow).filter_by(name="short-lived").one()
        session.commit()
        other.execute(delete(TagRow).where(TagRow.name == "short-lived"))
        other.commit()
        with pytest.raises(Exception) as caught:  # noqa: PT011 SQLAlchemy has several
            use(session, row)
    assert isinstance(faults.meaning(caught.value, "req-1"), Conflict)


@pytest.mark.parametrize(
    "statement",
    [
        f"INSERT INTO one VALUES ('{CANARY}'), ('{CANARY}')",
        f"INSERT INTO other VALUES ('{CANARY}')",
        f"SELECT '{CANARY}'::int",
        f'SELECT "{CANARY}"',
        f"DO $$ BEGIN RAISE EXCEPTION '{CANARY}'; END $$",
    ],
    ids=["unique", "foreign key", "value", "statement", "message"],
)
def test_no_error_of_others_tells_what_it_holds(database: str, statement: str) -> None:
    engine = create_engine(database)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE one (n text PRIMARY KEY)"))
        connection.execute(text("CREATE TABLE other (n text REFERENCES one)"))
    with pytest.raises(DBAPIError, match=CANARY) as caught, engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()
    for error in (caught.value, RuntimeError(statement), ValueError(statement), KeyError(statement)):
        told = faults.meaning(error, "req-1")
        assert isinstance(told, CrosswindError)
        assert CANARY not in told.message + repr(told.details) + str(told.field)


@pytest.mark.parametrize(
    "error", [PoolTimeout("no link in time"), OperationalError("SELECT 1", {}, psycopg.OperationalError("no route"))]
)
def test_a_store_that_was_not_reached_is_away(error: Exception) -> None:
    assert isinstance(faults.meaning(error, "req-1"), Unavailable)


def test_whatever_a_lost_link_raises_says_that_the_store_is_away(database: str) -> None:
    """Also the driver's own error, and those of statements and savepoints that come after the link went."""
    engine = create_engine(database)
    raised: list[Exception] = []
    with Session(engine) as session:
        session.begin_nested()
        link: Any = session.connection().connection.driver_connection
        with psycopg.connect(link.info.dsn, password=link.info.password, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s)", [link.info.backend_pid])
        for use in (
            lambda: link.execute("SELECT 1"),
            lambda: session.execute(text("SELECT 1")),
            lambda: session.execute(text("SELECT 2")),
        ):
            with pytest.raises(Exception) as caught:  # noqa: PT011 each has its own
                use()
            raised.append(caught.value)
    engine.dispose()
    assert len({type(each) for each in raised}) == 3
    assert [type(faults.meaning(each, "req-1")) for each in raised] == [Unavailable] * 3
