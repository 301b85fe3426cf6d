"""Who comes in, and as whom."""

from __future__ import annotations

from tests.support.app import PLATFORM, Rest

ME = f"{PLATFORM}/me"


def test_nobody_comes_in_without_credentials(rest: Rest) -> None:
    answer = rest.anonymous().get(ME)
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "SEC_001"
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_key_acts_as_its_owner_in_its_tenant(rest: Rest) -> None:
    me = rest.client("viewer", "acme", {"environment": ["dev", "prod"]}).get(ME).json()
    assert (me["tenant"], me["tenants"], me["kind"]) == ("acme", ["acme"], "key")
    assert me["attributes"] == {"environment": ["dev", "prod"]}
    assert "connection:read" in me["permissions"]
    assert not {"audit:read", "credential:read", "connection:update"} & set(me["permissions"])
