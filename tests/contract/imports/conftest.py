"""Airflow's side of an import, played by the test, and somebody who may ask for one."""

from __future__ import annotations

import httpx
import pytest
from tests.support.app import Rest
from tests.support.catalog import ok
from tests.support.imports import Import
from tests.support.runs import MadeUpRuns


@pytest.fixture
def runs(rest: Rest) -> MadeUpRuns:
    made = MadeUpRuns()
    rest.platform.__dict__["runs"] = made
    return made


@pytest.fixture
def engineer(rest: Rest) -> httpx.Client:
    return rest.client("data_engineer")


@pytest.fixture
def work(rest: Rest, runs: MadeUpRuns, engineer: httpx.Client) -> Import:
    """An import that has begun."""
    begun = Import(rest, runs, engineer)
    ok(begun.begin())
    return begun
