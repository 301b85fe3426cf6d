"""What the answer to a request says beside its body."""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from tests.support.airflow import Airflow
from tests.support.app import CONNECTIONS, Rest
from tests.support.connections import body_of


@pytest.mark.parametrize("base", ["", "/crosswind", "/team/crosswind"])
def test_a_location_leads_to_what_was_made_wherever_the_door_is_mounted(
    rest: Rest, airflow_db: Airflow, base: str
) -> None:
    del airflow_db
    if base:
        outer = FastAPI()
        outer.mount(base, rest.app)
        rest.app = outer
    client = rest.client()
    made = client.post(f"{base}{CONNECTIONS}/connections", json=body_of(id="shop"))
    assert made.status_code == 201, made.text
    assert made.headers["Location"] == f"{base}{CONNECTIONS}/connections/shop"
    assert client.get(made.headers["Location"]).json()["id"] == "shop"
