"""Airflow's provider is told where to send events, with which key, and to give up soon."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urljoin

import pytest
from openlineage.client.transport.http import HttpConfig

from crosswind.doors.cli.stack import openlineage
from crosswind.doors.cli.stack.layout import Layout

OWN = 0.7
"""Seconds that the provider takes of a task beside the waiting, as measured against an endpoint that never answers."""


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    found = Layout(tmp_path, tmp_path / "run", 8080, 1, 2, ())
    found.home.mkdir(parents=True)
    return found


def test_the_official_client_posts_to_our_path_once_and_soon(layout: Layout) -> None:
    openlineage.write_transport(layout, "cwk_key")
    told = json.loads((layout.home / "openlineage.yml").read_text())["transport"]
    config = HttpConfig.from_dict(told)
    assert urljoin(config.url, config.endpoint) == "http://127.0.0.1:8080/crosswind/metastore/api/v1/lineage"
    assert (config.retry["total"], config.auth.get_bearer()) == (0, "Bearer cwk_key")
    assert 2 * config.timeout + OWN <= 2


def test_the_key_stands_in_a_private_file_alone(layout: Layout) -> None:
    assert not openlineage.stands(layout, "cwk_key")
    openlineage.write_transport(layout, "cwk_key")
    assert openlineage.stands(layout, "cwk_key")
    assert not openlineage.stands(layout, "cwk_other")
    path = layout.home / "openlineage.yml"
    assert path.stat().st_mode & 0o777 == 0o600
    section = openlineage.section(layout)
    assert "cwk_key" not in str(section)
    assert section["config_path"] == path


def test_our_own_dags_are_left_out(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    from airflow.providers.openlineage.utils import emission_policy

    policy = str(openlineage.section(layout)["emission_policy"])
    monkeypatch.setenv("AIRFLOW__OPENLINEAGE__EMISSION_POLICY", policy)
    emits = {
        dag_id: emission_policy.resolve_dag_emission_policy(dag_id=dag_id).emit
        for dag_id in ("crosswind_crawl", "nightly")
    }
    assert emits == {"crosswind_crawl": False, "nightly": True}
