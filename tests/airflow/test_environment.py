"""Tests of Airflow leave the process as they found it, so that later ones run alike alone and together."""

from __future__ import annotations

import os

from tests.support.airflow import Airflow

CHANGED = ("AIRFLOW__DATABASE__", "AIRFLOW__CORE__DAGS_FOLDER", "AIRFLOW__CROSSWIND__", "AIRFLOW__API_AUTH__")


def test_preparing_the_database_leaves_this_process_where_it_was(airflow_database: Airflow) -> None:
    assert airflow_database.dags
    assert [name for name in os.environ if name.startswith(CHANGED)] == []
