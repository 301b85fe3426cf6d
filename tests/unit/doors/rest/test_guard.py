"""Who comes in, and as whom."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlalchemy import text
from tests.support.app import PLATFORM, Rest

from crosswind.contexts.access.permissions import PERMISSIONS, of_roles
from crosswind.contexts.access.schemas import MemberRequest
from crosswind.kit.actor import Actor

ME = f"{PLATFORM}/me"
KEYS = f"{PLATFORM}/keys"


def as_person(rest: Rest, subject: str, **headers: str) -> httpx.Client:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return rest.anonymous({"Authorization": f"Bearer token.{subject}.x", **named})


def member(rest: Rest, subject: str, *tenants: str, roles: list[str] | None = None) -> None:
    for tenant in tenants:
        with rest.acting(Actor("t", "t", tenant, "system", PERMISSIONS)) as services:
            services.access.add_member(MemberRequest(subject=subject, roles=roles or []))


def test_nobody_comes_in_without_credentials(rest: Rest) -> None:
    answer = rest.anonymous().get(ME)
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "SEC_001"
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_key_acts_as_its_owner_in_its_tenant(rest: Rest) -> None:
    me = rest.client("viewer", "acme", {"environment": ["dev", "prod"]}).get(ME).json()
    assert (me["tenant"], me["tenants"], me["kind"]) == ("acme", ["acme"], "key")
    assert me["attributes"] == {"environment": ["dev", "prod"]}
    assert set(me["permissions"]) == of_roles(["viewer"])
    assert not {"audit:read", "credential:read", "key:read", "connection:update"} & set(me["permissions"])


def test_a_key_comes_as_a_bearer_token_too(rest: Rest) -> None:
    client = rest.anonymous({"Authorization": f"Bearer {rest.key('viewer')}"})
    assert client.get(ME).json()["kind"] == "key"


def test_scopes_narrow_and_never_widen(rest: Rest) -> None:
    client = rest.client("viewer", scopes=["me:read", "asset:*", "connection:delete"])
    assert client.get(ME).json()["permissions"] == ["asset:read", "me:read"]


def test_a_key_follows_its_owner(rest: Rest) -> None:
    client = rest.client("platform_admin", subject="ana")
    assert client.get(KEYS).status_code == 200
    rest.people.add("ana", "viewer")
    assert client.get(KEYS).status_code == 403
    del rest.people.known["ana"]
    assert client.get(ME).status_code == 401


def test_a_key_ends_with_its_owners_membership(rest: Rest) -> None:
    client = rest.client("viewer", "acme", subject="ana")
    assert client.get(ME).status_code == 200
    with rest.platform.session() as session:
        session.execute(text("UPDATE crosswind.members SET tenant = 'other'"))
        session.commit()
    assert client.get(ME).status_code == 401


def test_a_revoked_key_is_over_at_once(rest: Rest) -> None:
    admin, made = rest.client(), rest.client().post(KEYS, json={"name": "short"}).json()
    client = rest.anonymous({"X-API-Key": made["key"]})
    assert client.get(ME).status_code == 200
    assert admin.delete(f"{KEYS}/{made['id']}").status_code == 204
    assert admin.delete(f"{KEYS}/{made['id']}").status_code == 204
    assert client.get(ME).status_code == 401


def test_an_expired_key_is_over(rest: Rest) -> None:
    admin = rest.client()
    soon = datetime.now(UTC) + timedelta(hours=1)
    made = admin.post(KEYS, json={"name": "short", "expiresAt": soon.isoformat()}).json()
    client = rest.anonymous({"X-API-Key": made["key"]})
    assert client.get(ME).status_code == 200
    with rest.platform.session() as session:
        session.execute(text("UPDATE crosswind.api_keys SET expires_at = now() WHERE id = :id"), {"id": made["id"]})
        session.commit()
    assert client.get(ME).status_code == 401
    past = admin.post(KEYS, json={"name": "past", "expiresAt": "2020-01-01T00:00:00Z"})
    assert (past.status_code, past.json()["error"]["details"]["field"]) == (400, "expiresAt")


def test_a_key_makes_none_that_outlives_it(rest: Rest) -> None:
    soon = datetime.now(UTC) + timedelta(hours=1)
    made = rest.client().post(KEYS, json={"name": "short", "expiresAt": soon.isoformat()}).json()
    client = rest.anonymous({"X-API-Key": made["key"]})
    heir = client.post(KEYS, json={"name": "heir"})
    assert datetime.fromisoformat(heir.json()["expiresAt"]) == soon
    later = client.post(KEYS, json={"name": "heir", "expiresAt": (soon + timedelta(seconds=1)).isoformat()})
    assert (later.status_code, later.json()["error"]["details"]["field"]) == (403, "expiresAt")


def test_a_keys_secret_is_stored_nowhere(rest: Rest) -> None:
    made = rest.client().post(KEYS, json={"name": "secret"}).json()
    stored, audit = rest.stored("api_keys"), rest.stored("audit")
    assert made["key"] not in stored + audit
    assert made["key"].encode().hex() not in stored + audit
    assert made["id"] in stored
    assert made["id"] in audit


def test_a_scoped_key_cannot_make_a_wider_one(rest: Rest) -> None:
    client = rest.client("platform_admin", scopes=["key:*", "me:read"])
    assert client.post(KEYS, json={"name": "wide", "scopes": ["connection:read"]}).status_code == 403
    made = client.post(KEYS, json={"name": "same"}).json()
    assert made["scopes"] == ["key:create", "key:delete", "key:read", "me:read"]


def test_only_a_platform_admin_makes_keys_for_others(rest: Rest) -> None:
    rest.people.add("bob", "viewer")
    made = rest.client().post(KEYS, json={"name": "Bob's", "owner": "bob"}).json()
    assert made["owner"] == "bob"
    narrow = rest.client("platform_admin", scopes=["key:create"])
    assert narrow.post(KEYS, json={"name": "Bob's", "owner": "bob"}).status_code == 403


def test_a_key_is_made_for_somebody_of_the_tenant_alone(rest: Rest) -> None:
    rest.people.add("bob", "viewer")
    client, acme = rest.client(), rest.client(tenant="acme")
    for caller, owner in ((client, "nobody"), (acme, "bob")):
        answer = caller.post(KEYS, json={"name": "of nobody", "owner": owner})
        assert (answer.status_code, answer.json()["error"]["details"]["field"]) == (400, "owner")
    assert all(key["name"] != "of nobody" for key in client.get(KEYS).json()["data"])
    member(rest, "bob", "acme")
    assert acme.post(KEYS, json={"name": "of bob", "owner": "bob"}).status_code == 201


def test_unknown_scopes_are_refused(rest: Rest) -> None:
    for scope in ("connection:fly", "lease:create", "nothing", "*:fly"):
        answer = rest.client().post(KEYS, json={"name": "odd", "scopes": [scope]})
        assert (answer.status_code, answer.json()["error"]["details"]["field"]) == (400, "scopes"), scope


def test_the_tenant_header_chooses_and_never_grants(rest: Rest) -> None:
    rest.people.add("ana", "viewer")
    member(rest, "ana", "acme", "beta")
    assert as_person(rest, "ana").get(ME).json()["tenant"] == "acme"
    assert as_person(rest, "ana", X_Tenant_Id="beta").get(ME).json()["tenant"] == "beta"
    for tenant in ("default", "gamma", "ACME", ""):
        answer = as_person(rest, "ana", X_Tenant_Id=tenant).get(ME)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "SEC_002"), tenant
    key = rest.key("viewer", "acme")
    assert rest.anonymous({"X-API-Key": key, "X-Tenant-Id": "beta"}).get(ME).status_code == 403
    assert rest.anonymous({"X-API-Key": key, "X-Tenant-Id": "acme"}).get(ME).status_code == 200


def test_roles_of_a_membership_count_in_that_tenant_only(rest: Rest) -> None:
    rest.people.add("ana")
    member(rest, "ana", "acme", roles=["viewer"])
    member(rest, "ana", "beta")
    assert as_person(rest, "ana", X_Tenant_Id="acme").get(ME).status_code == 200
    assert as_person(rest, "ana", X_Tenant_Id="beta").get(ME).status_code == 403


def test_grants_hold_in_their_tenant_only(rest: Rest) -> None:
    admin = rest.client()
    rest.people.add("ana", "viewer")
    grant = admin.post(f"{PLATFORM}/grants", json={"subject": "ana", "attribute": "region", "value": "eu-west-1"})
    assert grant.status_code == 201
    again = admin.post(f"{PLATFORM}/grants", json={"subject": "ana", "attribute": "region", "value": "eu-west-1"})
    assert again.status_code == 409
    assert as_person(rest, "ana").get(ME).json()["attributes"] == {"region": ["eu-west-1"]}
    member(rest, "ana", "default", "acme")
    assert as_person(rest, "ana", X_Tenant_Id="acme").get(ME).json()["attributes"] == {}
    assert admin.delete(f"{PLATFORM}/grants/{grant.json()['id']}").status_code == 204
    assert as_person(rest, "ana").get(ME).json()["attributes"] == {}


def test_only_the_default_tenant_looks_after_others(rest: Rest) -> None:
    other = {"subject": "ana", "tenant": "beta"}
    assert rest.client("platform_admin", "acme").post(f"{PLATFORM}/members", json=other).status_code == 403
    made = rest.client().post(f"{PLATFORM}/members", json=other)
    assert made.status_code == 201
    assert rest.client().get(f"{PLATFORM}/members?tenant=beta").json()["pagination"]["totalCount"] == 1
    assert rest.client().delete(f"{PLATFORM}/members/{made.json()['id']}").status_code == 404
    assert rest.client().delete(f"{PLATFORM}/members/{made.json()['id']}?tenant=beta").status_code == 204


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 403),
        ({"X-Crosswind-Request": "1"}, 403),
        ({"X-Crosswind-Request": "1", "Sec-Fetch-Site": "same-origin"}, 201),
        ({"X-Crosswind-Request": "1", "Sec-Fetch-Site": "same-site"}, 403),
        ({"X-Crosswind-Request": "1", "Sec-Fetch-Site": "cross-site", "Origin": "http://localhost:8080"}, 403),
        ({"X-Crosswind-Request": "1", "Sec-Fetch-Site": "none"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 403),
        ({"X-Crosswind-Request": "1", "Origin": "http://localhost:8080"}, 201),
        ({"X-Crosswind-Request": "1", "Origin": "http://localhost:8081"}, 403),
        ({"X-Crosswind-Request": "1", "Origin": "null"}, 403),
        ({"X-Crosswind-Request": "1", "Sec-Fetch-Site": "same-origin", "Content-Type": "text/plain"}, 403),
        ({"X-Crosswind-Request": "1", "Sec-Fetch-Site": "same-origin", "Content-Type": "multipart/form-data"}, 403),
    ],
)
def test_the_page_cookie_writes_for_our_own_pages_only(rest: Rest, headers: dict[str, str], status: int) -> None:
    rest.people.add("ana", "platform_admin")
    client = rest.anonymous({"Cookie": "_token=token.ana.x", "Content-Type": "application/json", **headers})
    assert client.get(ME).status_code == 200
    answer = client.post(KEYS, content=b'{"name": "by cookie"}')
    assert answer.status_code == status, answer.text
    with rest.platform.session() as session:
        keys = session.scalar(text("SELECT count(*) FROM crosswind.api_keys"))
    assert keys == (1 if status == 201 else 0)


@pytest.mark.parametrize(
    ("path", "kind", "status"),
    [
        ("/platform/v1/uploads", "application/octet-stream", 201),
        ("/platform/v1/descriptions.csv", "text/csv; charset=utf-8", 200),
        ("/platform/v1/uploads", "application/x-www-form-urlencoded", 403),
        ("/platform/v1/descriptions.csv", "text/plain", 403),
    ],
)
def test_our_own_pages_send_files_and_no_kind_that_a_form_sends(rest: Rest, path: str, kind: str, status: int) -> None:
    rest.people.add("ana", "platform_admin")
    page = {"Cookie": "_token=token.ana.x", "X-Crosswind-Request": "1", "Content-Type": kind}
    file = b"qualified_name,description\n"
    for site, expected in (("same-origin", status), ("cross-site", 403)):
        answer = rest.anonymous({**page, "Sec-Fetch-Site": site}).post(path, content=file)
        assert answer.status_code == expected, answer.text


def test_a_bearer_token_wins_over_the_cookie(rest: Rest) -> None:
    rest.people.add("ana", "viewer")
    rest.people.add("bob", "viewer")
    client = rest.anonymous({"Cookie": "_token=token.ana.x", "Authorization": "Bearer token.bob.x"})
    assert client.get(ME).json()["subject"] == "bob"


def test_denied_attempts_stand_in_the_audit_with_who_and_what(rest: Rest) -> None:
    viewer = rest.client("viewer", subject="vera")
    answer = viewer.delete("/connections-platform/v1/connections/shop", headers={"X-Request-Id": "req-denied"})
    assert answer.status_code == 403
    stranger = rest.anonymous({"X-API-Key": "cwk_" + "0" * 52})
    assert stranger.get(ME, headers={"X-Request-Id": "req-stranger"}).status_code == 401
    audit = rest.client().get("/connections-platform/v1/governance/audit?outcome=denied").json()
    by_request = {entry["requestId"]: entry for entry in audit["data"]}
    denied, unknown = by_request["req-denied"], by_request["req-stranger"]
    assert (denied["actor"], denied["action"], denied["connectionId"]) == ("vera", "connection:delete", "shop")
    assert denied["entityId"] == "DELETE /connections-platform/v1/connections/{connectionId}"
    assert (unknown["actor"], unknown["after"]["key_prefix"]) == ("anonymous", "cwk_00000000")
    assert "0" * 20 not in str(unknown)


def test_a_denied_attempt_is_named_by_what_was_tried_not_by_the_route(rest: Rest) -> None:
    batch, item = "/metastore/v1/ingestion/batch", {"type": "TABLE", "name": "t", "qualified_name": "prod.t"}
    assert rest.client().post(batch, json={"assets": [item]}).status_code == 200
    creator = rest.client(scopes=["asset:create", "key:create"], subject="carl")
    body = {"assets": [{**item, "description": "new"}]}
    assert creator.post(batch, json=body, headers={"X-Request-Id": "req-batch"}).status_code == 403
    beyond = {"name": "wider", "scopes": ["asset:delete"]}
    assert creator.post(KEYS, json=beyond, headers={"X-Request-Id": "req-key"}).status_code == 403
    audit = rest.client().get("/connections-platform/v1/governance/audit?outcome=denied").json()
    actions = {entry["requestId"]: entry["action"] for entry in audit["data"]}
    assert actions == {"req-batch": "asset:update", "req-key": "key:create"}


def test_use_of_a_key_is_noted(rest: Rest) -> None:
    client = rest.client()
    client.get(ME)
    assert all(key["lastUsedAt"] for key in client.get(KEYS).json()["data"])


def test_nobody_puts_themselves_out_of_the_default_tenant(rest: Rest) -> None:
    client = rest.client(subject="ana")
    joined = {"subject": "ana", "tenant": "beta"}
    refused = client.post(f"{PLATFORM}/members", json=joined)
    assert (refused.status_code, "'default' first" in refused.json()["error"]["message"]) == (409, True)
    assert as_person(rest, "ana").get(ME).json()["tenants"] == ["default"]
    stays = client.post(f"{PLATFORM}/members", json={"subject": "ana"}).json()["id"]
    joins = client.post(f"{PLATFORM}/members", json=joined).json()["id"]
    assert as_person(rest, "ana").get(ME).json()["tenants"] == ["beta", "default"]
    assert client.delete(f"{PLATFORM}/members/{stays}").status_code == 409
    assert client.get(ME).status_code == 200
    assert client.delete(f"{PLATFORM}/members/{joins}?tenant=beta").status_code == 204
    assert client.delete(f"{PLATFORM}/members/{stays}").status_code == 204
    assert as_person(rest, "ana").get(ME).json()["tenants"] == ["default"]
