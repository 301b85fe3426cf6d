"""An answer is sent after its COMMIT: when that fails the caller is told, and nothing was changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from tests.support.app import CONNECTIONS, PLATFORM, Rest

from crosswind.kit.embedded import EmbeddedPostgres
from crosswind.migrations import upgrade

KEYS = f"{PLATFORM}/keys"
DEFERRED = """
CREATE FUNCTION crosswind.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN {action} RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON crosswind.api_keys DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION crosswind.refuse();
"""


def count(rest: Rest, table: str) -> int:
    with rest.platform.session() as session:
        return int(session.scalar(text(f"SELECT count(*) FROM crosswind.{table}")) or 0)


@pytest.mark.parametrize(
    "action",
    [
        "RAISE EXCEPTION 'busy' USING ERRCODE = 'serialization_failure';",
        "PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(5);",
    ],
    ids=["the store refuses", "the link breaks"],
)
def test_a_commit_that_fails_is_a_503_and_changes_nothing(rest: Rest, action: str) -> None:
    client = rest.client()
    keys, audit = count(rest, "api_keys"), count(rest, "audit")
    with rest.platform.session() as session:
        session.execute(text(DEFERRED.format(action=action)))
        session.commit()
    answer = client.post(KEYS, json={"name": "never"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "GEN_503"), answer.text
    assert int(answer.headers["Retry-After"]) > 0
    with rest.platform.session() as session:
        session.execute(text("DROP TRIGGER refuse ON crosswind.api_keys"))
        session.commit()
    assert (count(rest, "api_keys"), count(rest, "audit")) == (keys, audit)
    assert client.post(KEYS, json={"name": "at last"}).status_code == 201


def test_the_change_and_its_audit_are_one_transaction(rest: Rest) -> None:
    client = rest.client()
    with rest.platform.session() as session:
        session.execute(
            text("ALTER TABLE crosswind.audit ADD CONSTRAINT none CHECK (action <> 'KEY_CREATED') NOT VALID")
        )
        session.commit()
    before = count(rest, "api_keys")
    assert client.post(KEYS, json={"name": "unaudited"}).status_code >= 400
    assert count(rest, "api_keys") == before


@pytest.fixture
def own_server(tmp_path_factory: pytest.TempPathFactory, short_folder: Path) -> Iterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(short_folder / "restarting", durable=False)
    server.start()
    server.create_database("store")
    upgrade(server.url("store"))
    yield server
    server.stop()


def test_requests_answer_503_while_the_store_is_away_and_recover(own_server: EmbeddedPostgres) -> None:
    with Rest(own_server.url("store")) as rest:
        client = rest.client()
        assert [client.get(KEYS).status_code for _ in range(3)] == [200] * 3
        own_server.stop()
        for _ in range(3):
            answer = client.get(KEYS)
            assert (answer.status_code, answer.json()["error"]["code"]) == (503, "GEN_503")
            assert answer.headers["Retry-After"]
        assert client.post(KEYS, json={"name": "x"}).status_code == 503
        health = rest.anonymous().get(f"{CONNECTIONS}/health")
        assert (health.status_code, health.json()["status"]) == (503, "unhealthy")
        own_server.start()
        assert [client.get(KEYS).status_code for _ in range(5)] == [200] * 5
        assert rest.anonymous().get(f"{CONNECTIONS}/health").json()["status"] == "healthy"
        own_server.stop()
        own_server.start()
        assert client.post(KEYS, json={"name": "after a restart unseen"}).status_code == 201


def test_health_names_the_roles_that_do_not_see_our_pages_and_the_remedy(store: str) -> None:
    for blind, status in ((), "healthy"), (("User", "Viewer"), "degraded"):
        with Rest(store) as rest:
            rest.people.blind = blind
            answer = rest.anonymous().get(f"{CONNECTIONS}/health")
        assert (answer.status_code, answer.json()["status"]) == (200, status)
        check = answer.json()["checks"]["navigation"]
        assert check["status"] == status
        for role in blind:
            assert role in check["message"]
        assert not blind or "airflow roles add-perms User -a can_read -r Plugins" in check["message"]
