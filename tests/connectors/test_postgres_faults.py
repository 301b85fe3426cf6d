from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from tests.connectors.support import Source
from tests.support.proxies import DroppingProxy, StallingProxy

from crosswind.connectors.errors import (
    Cancelled,
    ConnectionFailed,
    ConnectionPoolExhausted,
    ConnectionTimeout,
    ConnectorError,
    ReadRefused,
    SourceBusy,
)
from crosswind.connectors.patterns import Patterns
from crosswind.kit.embedded import EmbeddedPostgres
from crosswind_databases.postgres import connector as connector_module
from crosswind_databases.postgres import session

EVERYTHING = Patterns()


@contextlib.contextmanager
def locked(source: Source, *statements: str) -> Iterator[psycopg.Connection[Any]]:
    """A session that has done something and not committed it."""
    with source.connect() as link:
        link.execute("begin")
        for statement in statements:
            link.execute(statement)
        yield link
        with contextlib.suppress(psycopg.Error):
            link.execute("rollback")


def many_tables(source: Source, count: int) -> None:
    source.execute(
        "do $$ begin for i in 1.." + str(count) + " loop "
        "execute format('create table t%s (id int primary key, name text default ''x'')', i); end loop; end $$"
    )


def test_a_link_dropped_in_mid_discover_says_so_and_the_next_try_works(database_source: Source) -> None:
    many_tables(database_source, 300)
    with (
        DroppingProxy(database_source.port, after=20_000) as proxy,
        database_source.connector(port=proxy.port) as found,
    ):
        with pytest.raises(ConnectionFailed) as caught:
            found.discover("full", EVERYTHING)
        assert (caught.value.step, caught.value.transient) == ("read catalog", True)
        proxy.after = 10**9
        assert len(list(found.discover("full", EVERYTHING).objects)) == 300


def test_a_link_that_falls_silent_in_mid_discover_ends_by_the_deadline(
    database_source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    many_tables(database_source, 300)
    monkeypatch.setattr(connector_module, "DISCOVER_SECONDS", 1)
    with StallingProxy(database_source.port, after=20_000) as proxy:
        since = time.monotonic()
        with pytest.raises(ConnectionTimeout):
            database_source.connector(port=proxy.port).discover("full", EVERYTHING)
        assert time.monotonic() - since < 25


def test_a_view_dropped_in_mid_discover_is_simply_gone(database_source: Source) -> None:
    """The dropper holds its lock until our statement waits for it, then commits."""
    database_source.execute(
        "create table kept (id int)", "create table lost (id int)", "create view over_lost as select id from lost"
    )
    with locked(database_source, "drop table lost cascade") as dropper:
        threading.Thread(target=commit_when_awaited, args=(database_source, dropper), daemon=True).start()
        assert list(database_source.discover()) == ["public.kept"]


def test_a_table_dropped_in_mid_discover_is_found_as_the_snapshot_saw_it(database_source: Source) -> None:
    database_source.execute(
        "create table kept (id int)", "create table lost (id int, twice int generated always as (id * 2) stored)"
    )
    with locked(database_source, "drop table lost") as dropper:
        threading.Thread(target=commit_when_awaited, args=(database_source, dropper), daemon=True).start()
        assert list(database_source.discover()) == ["public.kept", "public.lost"]
    assert list(database_source.discover()) == ["public.kept"]


def commit_when_awaited(source: Source, dropper: psycopg.Connection[Any]) -> None:
    with source.connect() as link:
        while link.execute("select count(*) from pg_locks where not granted").fetchone() == (0,):
            time.sleep(0.02)
    dropper.execute("commit")


def test_a_lock_in_the_way_of_a_view_ends_as_busy(database_source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(session._CANONICAL, "lock_timeout", "200ms")
    database_source.execute("create table base (id int)", "create view over_base as select id from base")
    with locked(database_source, "lock table base in access exclusive mode"), pytest.raises(SourceBusy) as caught:
        database_source.discover()
    assert caught.value.transient
    assert "lock" in caught.value.reason


def test_a_locked_table_without_views_is_no_obstacle(database_source: Source) -> None:
    database_source.execute(
        "create table base (id serial primary key, name text default 'x', day date)",
        "create index on base (name, day)",
        "create table parts (day date) partition by range (day)",
        "create table part partition of parts for values from ('2020-01-01') to ('2021-01-01')",
    )
    with locked(database_source, "lock table base, parts, part in access exclusive mode"):
        assert list(database_source.discover()) == ["public.base", "public.parts"]


def test_discover_holds_nothing_at_the_source_when_it_hands_over(database_source: Source) -> None:
    many_tables(database_source, 10)
    database_source.execute("create view v as select * from t1")
    with database_source.connector() as connector:
        found = connector.discover("full", EVERYTHING)
        with database_source.connect() as link:
            held = link.execute(
                "select count(*) from pg_locks l join pg_stat_activity a using (pid) "
                "where a.application_name = 'crosswind' and a.datname = current_database()"
            ).fetchone()
        assert held == (0,)
        assert len(list(found.objects)) == 11


def test_cancel_from_another_thread_ends_a_statement_at_once(database_source: Source) -> None:
    with database_source.connector() as connector:
        threading.Timer(0.3, connector.cancel).start()
        since = time.monotonic()
        with pytest.raises(Cancelled):
            connector.query("select pg_sleep(30)")
        assert time.monotonic() - since < 25
    with database_source.connect() as link:
        left = link.execute(
            "select count(*) from pg_stat_activity where query like '%pg_sleep(30)%' and state = 'active'"
        )
        assert left.fetchone() == (1,)


def test_discover_stops_when_asked(database_source: Source) -> None:
    database_source.execute("create table base (id int)", "create view over_base as select id from base")
    with locked(database_source, "lock table base in access exclusive mode"), database_source.connector() as connector:
        since = time.monotonic()
        with pytest.raises(Cancelled) as caught:
            connector.discover("full", EVERYTHING, cancelled=lambda: time.monotonic() - since > 0.3)
        assert time.monotonic() - since < 25
        assert caught.value.step == "read catalog"


def test_objects_stop_when_asked(database_source: Source) -> None:
    database_source.execute("create table base (id int)")
    stop = threading.Event()
    with database_source.connector() as connector:
        found = connector.discover("names", EVERYTHING, cancelled=stop.is_set)
        stop.set()
        with pytest.raises(Cancelled):
            list(found.objects)


def test_a_callback_that_fails_while_the_server_works_does_not_end_the_work(database_source: Source) -> None:
    asked = []

    def broken() -> bool:
        asked.append(threading.current_thread())
        if asked[-1] is not threading.main_thread():
            raise OSError("the API is away")
        return False

    database_source.execute("create table base (id int)", "create view over_base as select id from base")
    with locked(database_source, "lock table base in access exclusive mode") as link:
        threading.Timer(0.5, link.execute, args=["commit"]).start()
        with database_source.connector() as connector:
            assert len(list(connector.discover("full", EVERYTHING, cancelled=broken).objects)) == 2
    assert len(set(asked)) == 2


def test_a_full_server_is_a_full_pool(database_source: Source) -> None:
    role = f"single_{database_source.database}"
    database_source.execute(f"create role {role} login password 'short' connection limit 0")
    try:
        with pytest.raises(ConnectionPoolExhausted) as caught:
            database_source.connector(credentials={"username": role, "password": "short"}).ping()
        assert (caught.value.code, caught.value.transient) == ("CONN_004", True)
    finally:
        database_source.execute(f"drop role {role}")


def test_a_server_that_ends_the_link_is_met_with_a_new_one(database_source: Source) -> None:
    with database_source.connector() as connector:
        connector.ping()
        database_source.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity "
            "where application_name = 'crosswind' and datname = current_database()"
        )
        with pytest.raises(ConnectionFailed):
            connector.ping()
        assert connector.ping() > 0


class TestQuery:
    def test_rows_columns_and_parameters(self, database_source: Source) -> None:
        with database_source.connector() as connector:
            found = connector.query(
                "select %s::int + n as n, %s as word from generate_series(1, 5) n", [4, "it's"], limit=3
            )
        assert (found.columns, found.rows, found.truncated) == (
            ("n", "word"),
            [(5, "it's"), (6, "it's"), (7, "it's")],
            True,
        )

    def test_unqualified_names_mean_the_configured_schema(self, database_source: Source) -> None:
        database_source.execute('create schema "My Schema"', 'create table "My Schema".t as select 7 as n')
        with database_source.connector(schema="My Schema") as connector:
            assert connector.query("select n from t; ").rows == [(7,)]

    def test_a_percent_without_parameters_is_a_percent(self, database_source: Source) -> None:
        with database_source.connector() as connector:
            assert connector.query("select 5 % 3, 'a' like '%'").rows == [(2, True)]

    @pytest.mark.parametrize(
        "statement",
        [
            "drop table victim",
            "select 1; drop table victim",
            "select 1; commit; drop table victim",
            "commit",
            "set transaction read write",
            "insert into victim values (1)",
            "with gone as (delete from victim returning 1) select * from gone",
            "select nextval('numbers')",
            "select set_config('transaction_read_only', 'off', true), nextval('numbers')",
            "select 1 into copied",
            "copy (select 1) to program 'id'",
            "select * from victim for update",
            "select lo_create(4711)",
            "do $$ begin drop table victim; end $$",
        ],
    )
    def test_nothing_that_writes_runs(self, database_source: Source, statement: str) -> None:
        database_source.execute("create table victim (id int)", "create sequence numbers")
        with database_source.connector() as connector:
            with pytest.raises(ReadRefused):
                connector.query(statement)
            assert connector.query("select to_regclass('victim') is null, last_value from numbers").rows == [(False, 1)]
            assert connector.query("select count(*) from victim").rows == [(0,)]

    def test_a_query_ends_at_its_limit(self, database_source: Source) -> None:
        with database_source.connector() as connector, pytest.raises(ConnectionTimeout) as caught:
            connector.query("select pg_sleep(30)", seconds=0.3)
        assert caught.value.step == "query"

    def test_errors_show_neither_values_nor_the_statement(self, database_source: Source) -> None:
        database_source.execute("create table people as select 'canary-4711' as name")
        with database_source.connector() as connector, pytest.raises(ReadRefused) as caught:
            connector.query("select name::int from people")
        assert "canary" not in str(caught.value) + repr(caught.value.details)
        assert "people" not in str(caught.value)
        assert caught.value.__cause__ is None


def test_no_error_holds_the_password(database_source: Source) -> None:
    for settings in ({"database": "nowhere"}, {"ssl": True}, {"port": 1}):
        with pytest.raises(ConnectorError) as caught:
            database_source.connector(**settings).ping()
        assert database_source.password not in str(caught.value) + repr(caught.value.details)


def test_the_number_of_statements_does_not_grow_with_the_source(
    postgres: EmbeddedPostgres, database_source: Source
) -> None:
    database_source.execute(
        "create view v as select 1 as one", f"alter database {database_source.database} set log_statement = 'all'"
    )
    few = statements_of_one_discover(postgres, database_source)
    many_tables(database_source, 500)
    many = statements_of_one_discover(postgres, database_source)
    assert 3 <= few == many <= 12


def statements_of_one_discover(postgres: EmbeddedPostgres, source: Source) -> int:
    """Count by the server's own log of what it was sent."""
    before = postgres.place.log.stat().st_size
    source.discover()
    with postgres.place.log.open(errors="replace") as lines:
        lines.seek(before)
        return sum("statement: " in line or "execute " in line for line in lines)
