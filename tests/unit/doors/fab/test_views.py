"""What Airflow's own pages show of ours."""

from __future__ import annotations

import pytest
from airflow.api_fastapi.core_api.datamodels.plugins import ExternalViewResponse

from crosswind.doors import fab


@pytest.mark.parametrize("base", ["", "/team"])
def test_the_pages_have_an_entry_and_each_dag_a_tab(base: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fab, "base_path", lambda: base)
    entry, tab = (ExternalViewResponse.model_validate(each) for each in fab.external_views())
    assert (entry.destination, entry.nav_top_level) == ("nav", True)
    assert (tab.name, tab.destination) == ("Lineage", "dag")
    assert tab.href == f"{entry.href}dags/{{DAG_ID}}"
    assert entry.href.startswith(f"{base}/")
    assert entry.url_route != tab.url_route
