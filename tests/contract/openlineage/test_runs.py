"""Runs that OpenLineage told of: listed, forgotten, and what goes with them."""

from __future__ import annotations

from sqlalchemy import text
from tests.support.app import METASTORE, PLATFORM, Rest
from tests.support.catalog import connection, ok
from tests.support.openlineage import (
    NAMESPACE,
    Post,
    assets,
    dataset,
    edges,
    event,
    runs,
)

from crosswind.contexts.catalog.openlineage.repository import forget_runs


def test_an_asset_that_a_person_deleted_is_there_again_once_it_is_told_of(rest: Rest, post: Post) -> None:
    post(event(inputs=[dataset("d.s.a")]))
    identifier = assets(rest)[f"{NAMESPACE}/d.s.a"]["id"]
    assert rest.client().delete(f"{METASTORE}/assets/{identifier}").status_code == 204
    post(event(inputs=[dataset("d.s.a")]))
    assert assets(rest)[f"{NAMESPACE}/d.s.a"]["id"] == identifier


def test_edges_fade_with_the_last_run_that_told_of_them(rest: Rest, post: Post) -> None:
    post(
        event(inputs=[dataset("d.s.old")], outputs=[dataset("d.s.out")]),
        event(inputs=[dataset("d.s.new")], outputs=[dataset("d.s.out")], minutes=1),
    )
    with rest.platform.session() as session:
        session.execute(
            text(
                "UPDATE crosswind.job_runs SET updated_at = now() - interval '91 days' "
                "WHERE key = (SELECT min(key) FROM crosswind.job_runs)"
            )
        )
        assert forget_runs(session, 90, 100) == 1
        session.commit()
    assert edges(rest) == [
        ("load", "PRODUCES", "out"),
        ("load", "USES", "new"),
        ("out", "DEPENDS_ON", "new"),
    ]
    assert len(runs(rest, "jobs/load")) == 1


def test_runs_are_paged_narrowed_and_only_for_those_who_see_the_asset(rest: Rest, post: Post) -> None:
    post(*(event("FAIL" if number % 2 else "COMPLETE", minutes=number) for number in range(5)))
    identifier = assets(rest)["jobs/load"]["id"]
    path = f"{PLATFORM}/assets/{identifier}/runs"
    page = ok(rest.client("viewer").get(path, params={"pageSize": 2, "page": 2}))
    assert (len(page["data"]), page["pagination"]["totalCount"]) == (2, 5)
    assert len(runs(rest, "jobs/load", state="FAIL")) == 2
    assert rest.client("viewer").get(path, params={"state": "GONE"}).status_code == 400
    assert rest.client("viewer", tenant="acme").get(path).status_code == 404


def test_runs_that_wrote_a_dataset_are_for_those_who_see_their_job(rest: Rest, post: Post) -> None:
    post(event("COMPLETE", outputs=[dataset("d.s.out")]))
    hidden = connection(rest, "hidden", environment="dev")
    with rest.platform.session() as session:
        moving = "UPDATE crosswind.assets SET connection_key = :key WHERE qualified_name = 'jobs/load'"
        session.execute(text(moving), {"key": hidden})
        session.commit()
    written = assets(rest)[f"{NAMESPACE}/d.s.out"]["id"]
    path = f"{PLATFORM}/assets/{written}/runs"
    assert len(ok(rest.client("viewer").get(path))["data"]) == 1
    narrowed = rest.client("viewer", attributes={"environment": ["prod"]})
    assert ok(narrowed.get(path))["data"] == []
