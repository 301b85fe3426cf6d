"""What the spreading of a tag of columns may read and cost, and what housekeeping repairs."""

from __future__ import annotations

import httpx
import pytest
from sqlalchemy import text
from tests.support.app import METASTORE, Rest
from tests.support.catalog import assets
from tests.support.spreading import (
    Chain,
    counted,
    edge,
    found,
    made,
    mark,
    on_columns,
    spreads,
    wide,
)

from crosswind.contexts.catalog.spreading import columns, service


@pytest.mark.parametrize("most", ["edges", "bytes"])
def test_what_is_read_of_mappings_is_bounded(
    rest: Rest, client: httpx.Client, chain: Chain, monkeypatch: pytest.MonkeyPatch, most: str
) -> None:
    if most == "bytes":
        monkeypatch.setattr(columns, "A_MAPPING", 0)
    monkeypatch.setattr(service, "SMALL", 4)
    for number in range(5 if most == "edges" else 0):
        edge(client, made(client, f"silent{number}"), chain[0], other=["id"])
    spreads(client)
    mark(client, chain[0], "PII")
    assert found(client, "tag:PII") == {"a"}
    monkeypatch.undo()
    assert service.tend(rest.platform.session, everything=False) == 1
    assert found(client, "tag:PII") == {"a", "b", "c", "d"}


def test_an_asset_that_is_being_written_is_left_to_housekeeping(rest: Rest, client: httpx.Client, chain: Chain) -> None:
    spreads(client)
    with rest.platform.session() as other:
        other.execute(text("SELECT FROM crosswind.assets WHERE name = 'b' FOR UPDATE"))
        mark(client, chain[0], "PII")
        assert found(client, "tag:PII") == {"a", "c", "d"}
    assert service.tend(rest.platform.session, everything=False) == 1
    assert found(client, "tag:PII") == {"a", "b", "c", "d"}


def test_housekeeping_repairs_what_is_stored(rest: Rest, client: httpx.Client, chain: Chain) -> None:
    spreads(client)
    mark(client, chain[0], "PII")
    wanted = on_columns(client, *chain)
    for broken in (
        "DELETE FROM crosswind.propagated_column_tags",
        "UPDATE crosswind.propagated_column_tags SET from_key = column_key, depth = 9",
        "UPDATE crosswind.assets SET propagated_tags = CASE name WHEN 'a' THEN ARRAY['PII'] ELSE '{}' END",
    ):
        with rest.platform.session() as session:
            session.execute(text(broken))
            session.commit()
        assert service.tend(rest.platform.session, everything=True) == 1
        assert (on_columns(client, *chain), found(client, "tag:PII")) == (wanted, set("abcd"))
        with rest.platform.session() as session:
            repeated = session.scalars(text("SELECT name FROM crosswind.assets WHERE propagated_tags <> '{}'")).all()
        assert set(repeated) == set("bcd")


def test_statements_depend_on_how_far_it_goes_not_on_how_many_it_reaches(
    rest: Rest, client: httpx.Client, chain: Chain
) -> None:
    spreads(client, depth=2)
    few = counted(rest, lambda: mark(client, chain[0], "PII"))
    shown = counted(rest, lambda: client.get(f"{METASTORE}/assets/{chain[1]}"))
    mark(client, chain[0])
    wide(client, *(f"wide{number}" for number in range(30)))
    for name, asset in assets(client, search="wide").items():
        edge(client, asset["id"], chain[1], id=["mail"], mail=["mail", "id"])
        assert name.startswith("wide")
    assert counted(rest, lambda: mark(client, chain[0], "PII")) == few
    assert len(found(client, "tag:PII wide")) == 20
    assert counted(rest, lambda: client.get(f"{METASTORE}/assets/{chain[1]}")) == shown


def test_a_tag_that_does_not_spread_costs_the_same_whatever_others_do(
    rest: Rest, client: httpx.Client, chain: Chain
) -> None:
    mark(client, chain[0], "Gold")
    mark(client, chain[0])
    alone = counted(rest, lambda: mark(client, chain[0], "Gold"))
    spreads(client)
    mark(client, chain[0], "PII")
    assert counted(rest, lambda: mark(client, chain[0], "PII", "Gold")) == alone
