"""Lists of assets as the store is asked for them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from crosswind.contexts.catalog.models import AssetRow
from crosswind.contexts.catalog.repository import lists
from crosswind.contexts.catalog.repository.scope import planned_by_values
from crosswind.contexts.catalog.schemas.assets import AssetQuery, TagsQuery
from crosswind.kit.actor import Actor
from crosswind.kit.paging import Window
from crosswind.kit.store import make_engine

ANA = Actor("ana", "Ana", "north")
MODE = text("SHOW plan_cache_mode")
PLANS = text("SELECT custom_plans, generic_plans FROM pg_prepared_statements WHERE statement LIKE '%said_owners%'")


@pytest.fixture
def session(store: str) -> Iterator[Session]:
    engine = make_engine(store)
    with Session(engine) as session:
        for number in range(30):
            session.add(AssetRow(tenant="north", type="TABLE", name=f"t{number}", qualified_name=f"x.t{number}"))
        session.flush()
        yield session
    engine.dispose()


@pytest.mark.parametrize("limit", [1, 5, 20])
def test_what_is_shown_is_planned_once_however_long_the_page(session: Session, limit: int) -> None:
    for _ in range(20):
        listed, total = lists.page(session, ANA, AssetQuery(), Window(limit))
        assert (len(listed.rows), len(listed.places), total) == (limit, limit, 30)
    ((custom, generic),) = session.execute(PLANS)
    assert custom <= 5 < generic


def test_plans_by_values_end_with_their_block(session: Session) -> None:
    assert session.scalar(MODE) == "auto"
    with planned_by_values(session, True):
        assert session.scalar(MODE) == "force_custom_plan"
    assert session.scalar(MODE) == "auto"
    with planned_by_values(session, False):
        assert session.scalar(MODE) == "auto"


def test_a_list_is_plain_whose_filters_say_nothing() -> None:
    unsaid = {"type": "TABLE", "sort": "name:asc", "include": "columns", "removed": False, "tag": None, "schema": None}
    assert AssetQuery().plain
    assert AssetQuery.model_validate(unsaid).plain
    assert TagsQuery(tags=[]).plain
    for name in ("tag", "classification", "search", "connection_id", "schema", "owner", "domain", "term", "product"):
        assert not AssetQuery.model_validate({**unsaid, name: "x"}).plain, name
    assert not AssetQuery(removed=True).plain
    assert not TagsQuery(tags=["x"]).plain
