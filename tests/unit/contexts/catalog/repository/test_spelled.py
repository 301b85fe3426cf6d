"""Statements whose text is kept."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import bindparam, event, func, select
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from crosswind.contexts.catalog.models import AssetRow
from crosswind.contexts.catalog.repository import narrow
from crosswind.contexts.catalog.repository.scope import A
from crosswind.contexts.catalog.repository.search import hits
from crosswind.contexts.catalog.repository.spelled import HERE, narrowing, spelled
from crosswind.contexts.catalog.words import Query
from crosswind.kit.actor import Actor
from crosswind.kit.paging import Window
from crosswind.kit.store import make_engine

NORTH = Actor("ana", "Ana", "north")
SOUTH = Actor("ben", "Ben", "south")
HELD = Actor("eve", "Eve", "north", attributes={"environment": frozenset({"prod"})})


@pytest.fixture
def engine(store: str) -> Iterator[Engine]:
    engine = make_engine(store)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with Session(engine) as session:
        for tenant, name in (("north", "orders"), ("north", "100%(name)s"), ("south", "orders")):
            session.add(AssetRow(tenant=tenant, type="TABLE", name=name, qualified_name=f"x.{name}"))
        session.flush()
        yield session


def test_values_of_a_statement_and_of_its_narrowing_are_told_apart(session: Session) -> None:
    statement = spelled(select(A.name).where(HERE, A.name == bindparam("name")).limit(7).offset(0))
    where = narrowing([A.tenant == "north", A.type.in_(["TABLE", "VIEW"]), A.name == "orders"])
    assert statement.run(session, {"name": "orders"}, where).scalars().all() == ["orders"]
    assert statement.run(session, {"name": "100%(name)s"}, where).scalars().all() == []


def test_alternatives_narrow_as_one(session: Session) -> None:
    statement = spelled(select(func.count()).select_from(AssetRow).where(A.tenant == "north", HERE))
    where = narrowing([(A.name == "orders") | (A.tenant == "south")])
    assert statement.run(session, where=where).scalar_one() == 1


def test_what_is_kept_is_one_scopes_and_one_filters_own() -> None:
    asked = {"tag": ("pii",)}
    assert narrow.narrowed(NORTH, asked) is narrow.narrowed(Actor("bo", "Bo", "north"), asked), "people share a scope"
    others = (narrow.narrowed(SOUTH, asked), narrow.narrowed(HELD, asked), narrow.narrowed(NORTH, {"tag": ("x",)}))
    assert all(narrow.narrowed(NORTH, asked) != each for each in others)
    assert "prod" in str(narrow.narrowed(HELD, asked).values)
    assert "prod" not in str(narrow.left(HELD, asked).values)


def test_a_second_search_puts_no_statement_together(
    engine: Engine, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = Window(5)
    assert [row.name for row in hits(session, NORTH, {}, Query.parse("x.orders"), window).rows] == ["orders"]
    monkeypatch.setattr("crosswind.contexts.catalog.repository.spelled.spelled", None)
    monkeypatch.setattr("crosswind.contexts.catalog.repository.search.spelled", None)
    compiled: list[object] = []
    event.listen(engine, "before_execute", lambda _link, element, *_: compiled.append(element))
    assert [row.name for row in hits(session, NORTH, {}, Query.parse("x.orders"), window).rows] == ["orders"]
    assert hits(session, NORTH, {}, Query.parse("x.nothing"), window).total == 0
    assert compiled == [], "the driver is given texts"
