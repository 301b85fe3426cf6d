"""The metastore's audit trail over HTTP, as its design shows it."""

from __future__ import annotations

from uuid import UUID

from tests.support.app import METASTORE, Rest
from tests.support.catalog import ok

AUDITS = f"{METASTORE}/audits"


def test_the_trail_of_an_asset_tells_who_made_what_of_it(rest: Rest) -> None:
    ana = rest.client(subject="ana")
    body = {"type": "TABLE", "name": "users", "qualified_name": "prod.public.users"}
    asset = ok(ana.post(f"{METASTORE}/assets", json=body))
    ok(ana.post(f"{METASTORE}/assets", json={**body, "qualified_name": "other"}))
    ok(ana.put(f"{METASTORE}/assets/{asset['id']}", json={"description": "Updated description"}))
    assert ana.delete(f"{METASTORE}/assets/{asset['id']}").status_code == 204
    query = {"entity_type": "ASSET", "entity_id": asset["id"]}
    found = ok(ana.get(AUDITS, params={**query, "limit": 50}))
    assert [each["action"] for each in found["data"]] == ["DELETE", "UPDATE", "CREATE"]
    update = found["data"][1]
    assert UUID(update["id"]).version == 8
    assert len({each["id"] for each in found["data"]}) == 3
    assert (update["entity_type"], update["entity_id"]) == ("ASSET", asset["id"])
    assert update["user"] == {"id": "ana", "name": "Ana"}
    assert update["before_state"]["description"] is None
    assert update["after_state"]["description"] == "Updated description"
    assert found["data"][2]["before_state"] is None
    assert found["data"][0]["timestamp"] >= update["timestamp"]
    assert found["pagination"] == {"total": 3, "limit": 50, "offset": 0, "has_more": False}
    assert ok(ana.get(AUDITS, params={**query, "limit": 1, "offset": 2}))["data"] == found["data"][2:]
    assert ok(ana.get(AUDITS, params={**query, "entity_type": "TAG"}))["data"] == []


def test_the_trail_is_narrowed_by_person_action_outcome_and_time(rest: Rest) -> None:
    ana, ben = rest.client(subject="ana"), rest.client(subject="ben")
    body = {"type": "TABLE", "name": "users", "qualified_name": "one"}
    one = ok(ana.post(f"{METASTORE}/assets", json=body))["id"]
    ok(ben.put(f"{METASTORE}/assets/{one}", json={"description": "Theirs"}))
    ok(ben.post(f"{METASTORE}/assets", json={**body, "qualified_name": "two"}))
    assert rest.client("viewer", subject="carl").delete(f"{METASTORE}/assets/{one}").status_code == 403

    def told(**asked: str) -> list[tuple[str, str]]:
        found = ok(ana.get(AUDITS, params=asked))
        assert found["pagination"]["total"] == len(found["data"])
        return [(each["action"], each["user"]["id"]) for each in found["data"]]

    assert told(actor="ben", entity_type="ASSET") == [("CREATE", "ben"), ("UPDATE", "ben")]
    assert told(actor="ben", action="UPDATE") == told(actor="ben", action="update") == [("UPDATE", "ben")]
    assert told(action="CREATE", entity_type="ASSET") == [("CREATE", "ben"), ("CREATE", "ana")]
    assert [user for _, user in told(outcome="denied")] == ["carl"]
    assert told(actor="nobody") == []
    (update,) = ok(ana.get(AUDITS, params={"action": "UPDATE", "entity_id": one}))["data"]
    since = {"from": update["timestamp"], "entity_type": "ASSET", "outcome": "success"}
    assert told(**since) == [("CREATE", "ben"), ("UPDATE", "ben")]
    assert told(to=update["timestamp"], entity_type="ASSET") == [("CREATE", "ana")]
    for wrong in ({"from": "yesterday"}, {"from": "2026-01-01T00:00:00"}, {"outcome": "half"}, {"actor": ""},
                  {"from": "2026-01-02T00:00:00Z", "to": "2026-01-01T00:00:00Z"}):  # fmt: skip
        refused = ana.get(AUDITS, params=wrong)
        assert refused.json()["error"]["code"] == "INVALID_REQUEST", wrong


def test_the_trail_is_for_auditors_of_the_tenant(rest: Rest) -> None:
    ok(rest.client().post(f"{METASTORE}/assets", json={"type": "VIEW", "name": "v", "qualified_name": "v"}))
    assert rest.client("viewer").get(AUDITS).status_code == 403
    assert ok(rest.client("security_admin").get(AUDITS, params={"entity_type": "asset"}))["pagination"]["total"] == 1
    assert ok(rest.client(tenant="acme").get(AUDITS, params={"entity_type": "ASSET"}))["data"] == []


def test_a_key_of_the_platforms_own_is_shown_by_its_name_and_who_is_gone_by_its_account(rest: Rest) -> None:
    ingest = rest.anonymous({"X-API-Key": rest.platform_key("asset:create", "asset:read")})
    ok(ingest.post(f"{METASTORE}/assets", json={"type": "VIEW", "name": "v", "qualified_name": "v"}))
    ana, gone = rest.client(subject="ana"), rest.client(subject="gone")
    ok(gone.post(f"{METASTORE}/assets", json={"type": "VIEW", "name": "w", "qualified_name": "w"}))
    del rest.people.known["gone"]
    last, first = ok(ana.get(AUDITS, params={"entity_type": "ASSET"}))["data"]
    assert last["user"] == {"id": "gone", "name": "gone"}
    assert first["user"]["name"] == "tests"
    assert first["user"]["id"].startswith("key:")
