from __future__ import annotations

import re

import pytest

from crosswind.contexts.connections import identity
from crosswind.kit.errors import Invalid


def test_each_tenant_has_names_of_its_own_in_airflow() -> None:
    assert identity.airflow_conn_id("default", "shop") == "shop"
    assert identity.airflow_conn_id("acme", "shop") == "acme:shop"
    with pytest.raises(Invalid):
        identity.airflow_conn_id("t" * 200, "s" * 128)


@pytest.mark.parametrize(
    "identifier", ["", "a b", "a/b", "a:b", "a.b", "ä", "x" * 129, "shop\n", "Templates", "export"]
)
def test_what_is_no_id(identifier: str) -> None:
    with pytest.raises(Invalid) as refused:
        identity.check_id(identifier)
    assert refused.value.field == "id"


@pytest.mark.parametrize("conn_id", ["pg", "team/pg main", "a:b", "///", "é", "x" * 250, identity.new_id()])
def test_an_id_of_ours_for_any_of_airflows(conn_id: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,128}", identity.id_from(conn_id))
