"""What is done about violations, over HTTP, with violations that real evaluations found."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import event, text
from tests.support.airflow import Airflow
from tests.support.app import CONNECTIONS, METASTORE, Rest
from tests.support.catalog import connection, crawl, ok, table
from tests.support.connections import register, url
from tests.support.scans import ScanTask, findings, review, seen
from tests.support.violations import REMEDIATE, STATUS, VIOLATIONS, asset_id, key_of, violation

PEOPLE = [table("people", "id integer", "email text", "phone text"), table("orders", "id integer", "note text")]
FOUND = {"people.email": [seen("EMAIL", 0.98)], "people.phone": [seen("PHONE", 0.9)]}
FACTS = {"encryptedInTransit": True, "tlsVersion": "TLSv1.3", "certificateVerified": False, "superuser": False}
APPLY = f"{CONNECTIONS}/governance/apply-tags"


def scanned(rest: Rest, key: int, **facts: Any) -> None:
    task = ScanTask(rest, key)
    ok(task.send({name: FOUND.get(name, []) for name in task.ids()}))
    ok(task.end(facts={**FACTS, **facts}))


@pytest.fixture
def shop(rest: Rest, airflow_db: Airflow) -> int:
    """A connection over TLS that is only preferred, with personal data that nobody said anything about."""
    register(rest.client(), compliance={"encryption": "AES-256"}, tags={"team": "a"}, note="kept")
    key = key_of(rest)
    crawl(rest, key, PEOPLE)
    scanned(rest, key)
    return key


def violations(rest: Rest, **query: Any) -> dict[tuple[str, str], Any]:
    """By rule and the last part of the name of what violates it."""
    found = ok(rest.client().get(VIOLATIONS, params={"pageSize": 100, "status": "open", **query}))["data"]
    return {(each["rule"], each["resource"]["name"].rpartition(".")[2]): each for each in found}


def one(rest: Rest, rule: str, place: str) -> str:
    return str(violations(rest)[rule, place]["id"])


def remedy(
    client: httpx.Client, *ids: str, dry: bool | None = None, retention: str | None = "7 years"
) -> list[dict[str, Any]]:
    body: dict[str, Any] = {"violationIds": list(ids)} | ({} if dry is None else {"dryRun": dry})
    body |= {"parameters": {"retention": retention}} if retention else {}
    return list(ok(client.post(REMEDIATE, json=body))["results"])


def told(result: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(result[name] for name in ("action", "outcome", "before", "after"))


def status_of(rest: Rest, violation_id: str) -> str:
    found = ok(rest.client().get(VIOLATIONS, params={"pageSize": 100}))["data"]
    return str(next(each["status"] for each in found if each["id"] == violation_id))


def people(rest: Rest) -> Any:
    return ok(rest.client().get(f"{METASTORE}/assets/{asset_id(rest, 'people')}"))


def mode(rest: Rest) -> Any:
    return ok(rest.client().get(url()))["configuration"].get("sslMode")


CASES = [
    ("personal-data-tagged", "email", "add-tags", {"tags": []}, {"tags": ["PII"]}),
    ("personal-data-classified", "people", "classify", {"classification": None}, {"classification": "confidential"}),
    ("personal-data-retention", "people", "set-retention", {"retention": None}, {"retention": "7 years"}),
    ("tls-required", "shop", "require-tls", {"sslMode": "prefer"}, {"sslMode": "require"}),
]


@pytest.mark.parametrize(("rule", "place", "action", "before", "after"), CASES, ids=[case[2] for case in CASES])
def test_a_dry_run_shows_and_changes_nothing(
    rest: Rest, shop: int, rule: str, place: str, action: str, before: Any, after: Any
) -> None:
    asset, connection = people(rest), ok(rest.client().get(url()))
    found = one(rest, rule, place)
    rows = counted(rest)
    for dry in (None, True):
        (result,) = remedy(rest.client(), found, dry=dry)
        assert told(result) == (action, "planned", before, after)
    assert counted(rest) == rows
    assert people(rest) == asset
    assert ok(rest.client().get(url())) == connection
    assert status_of(rest, found) == "open"


def counted(rest: Rest) -> list[int]:
    """Rows of what a remedy might write; asking for a key writes none of these."""
    with rest.platform.session() as session:
        tables = ("evaluations", "tags", "violations")
        return [int(session.scalar(text(f"SELECT count(*) FROM crosswind.{each}")) or 0) for each in tables]


@pytest.mark.parametrize(("rule", "place", "action", "before", "after"), CASES, ids=[case[2] for case in CASES])
def test_a_remedy_is_done_audited_and_closes_the_violation(
    rest: Rest, shop: int, rule: str, place: str, action: str, before: Any, after: Any
) -> None:
    client, found = rest.client("connection_admin", subject="ana"), one(rest, rule, place)
    (result,) = remedy(client, found, dry=False)
    assert told(result) == (action, "applied", before, after), result["message"]
    assert status_of(rest, found) == "closed"
    shown = {**people(rest), "sslMode": mode(rest)}
    assert {
        "add-tags": {each["name"]: each["tags"] for each in shown["schema"]}
        == {"id": [], "email": ["PII"], "phone": []},
        "classify": shown["classification"] == "confidential",
        "set-retention": shown["metadata"].get("retention") == "7 years",
        "require-tls": shown["sslMode"] == "require",
    } == {name: name == action for name in ("add-tags", "classify", "set-retention", "require-tls")}
    audit = ok(rest.client().get(f"{CONNECTIONS}/governance/audit", params={"actor": "ana", "pageSize": 100}))["data"]
    entry = next(each for each in audit if each["entityId"] == found)
    assert (entry["action"], entry["before"], entry["connectionId"]) == ("remediate", before, "shop")
    assert entry["after"] == {"rule": rule, "action": action, **after}
    entity = {"require-tls": ("connection", "update"), "add-tags": ("COLUMN", "UPDATE")}.get(
        action, ("ASSET", "UPDATE")
    )
    assert entity in {(each["entityType"], each["action"]) for each in audit}


def test_a_remedy_keeps_the_rest_of_a_connection(rest: Rest, shop: int) -> None:
    before = ok(rest.client().get(url()))
    remedy(rest.client(), one(rest, "tls-required", "shop"), dry=False)
    after = ok(rest.client().get(url()))
    changed = {name for name in {*before, *after} if before.get(name) != after.get(name)}
    assert changed == {"configuration", "updated", "version"}
    assert after["configuration"] == {**before["configuration"], "sslMode": "require"}
    with rest.platform.session() as session:
        stored = rest.platform.airflow_connections.read(["shop"])["shop"]
        assert session.scalar(text("SELECT credentials_updated_at = created FROM crosswind.connections")) is True
    assert stored.fields.password
    assert stored.fields.extra["sslmode"] == "require"


def test_the_same_again_changes_nothing(rest: Rest, shop: int) -> None:
    ids = [one(rest, rule, place) for rule, place, *_ in CASES]
    first = remedy(rest.client(), *ids, dry=False)
    assert [each["outcome"] for each in first] == ["applied"] * 4
    before = people(rest), ok(rest.client().get(url())), counted(rest)
    again = remedy(rest.client(), *ids, dry=False)
    assert [told(each)[1:] for each in again] == [("unchanged", None, None)] * 4
    assert [each["outcome"] for each in remedy(rest.client(), *ids)] == ["unchanged"] * 4
    assert (people(rest), ok(rest.client().get(url())), counted(rest)) == before


def test_an_idempotency_key_answers_as_before(rest: Rest, shop: int) -> None:
    client, found = rest.client(), one(rest, "personal-data-tagged", "email")
    body = {"violationIds": [found], "dryRun": False}
    first = client.post(REMEDIATE, json=body, headers={"Idempotency-Key": "once"})
    again = client.post(REMEDIATE, json=body, headers={"Idempotency-Key": "once"})
    assert (again.json(), again.headers["Idempotency-Replayed"]) == (first.json(), "true")


def test_what_a_person_must_do_is_said(rest: Rest, shop: int) -> None:
    owner, logs = one(rest, "connection-owner", "shop"), one(rest, "server-verified", "shop")
    first, second = remedy(rest.client(), owner, logs, dry=False)
    assert told(first) == (None, "manual", None, None)
    assert first["message"] == "Set owner on the connection to a person or team that answers for it."
    assert told(second)[:2] == ("require-tls", "applied")
    assert "stays open until a scan" in second["message"]
    assert status_of(rest, logs) == status_of(rest, owner) == "open"


@pytest.mark.parametrize("facts", [{"encryptedInTransit": False}, {"encryptedInTransit": None}])
def test_tls_is_not_demanded_of_a_source_that_was_not_seen_to_speak_it(
    rest: Rest, shop: int, facts: dict[str, Any]
) -> None:
    scanned(rest, shop, **facts)
    (result,) = remedy(rest.client(), one(rest, "tls-required", "shop"), dry=False)
    assert told(result) == ("require-tls", "manual", None, None)
    assert "could cut the connection off" in result["message"]
    assert mode(rest) is None


def test_tls_is_verified_where_a_scan_saw_that_it_can_be(rest: Rest, shop: int) -> None:
    scanned(rest, shop, certificateVerified=True)
    (result,) = remedy(rest.client(), one(rest, "tls-required", "shop"), dry=False)
    assert told(result)[2:] == ({"sslMode": "prefer"}, {"sslMode": "verify-full"})
    assert mode(rest) == "verify-full"


def test_what_a_person_chose_is_not_overwritten(rest: Rest, shop: int) -> None:
    admin, asset = rest.client(), asset_id(rest, "people")
    classified, kept = one(rest, "personal-data-classified", "people"), one(rest, "personal-data-retention", "people")
    ok(
        admin.put(
            f"{METASTORE}/assets/{asset}", json={"classification": "restricted", "metadata": {"retention": "1 day"}}
        )
    )
    first, second = remedy(admin, classified, kept)
    assert (told(first), told(second)) == (("classify", "manual", None, None), ("set-retention", "manual", None, None))
    assert {told(each)[1:] for each in remedy(admin, classified, kept, dry=False)} == {("unchanged", None, None)}
    assert (people(rest)["classification"], people(rest)["metadata"]["retention"]) == ("restricted", "1 day")


def test_retention_keeps_the_other_metadata(rest: Rest, shop: int) -> None:
    admin = rest.client()
    ok(admin.put(f"{METASTORE}/assets/{asset_id(rest, 'people')}", json={"metadata": {"steward": "bea"}}))
    remedy(admin, one(rest, "personal-data-retention", "people"), dry=False)
    shown = people(rest)["metadata"]
    assert (shown["steward"], shown["retention"]) == ("bea", "7 years")


def test_many_at_once_each_with_its_outcome(rest: Rest, shop: int) -> None:
    email, phone = one(rest, "personal-data-tagged", "email"), one(rest, "personal-data-tagged", "phone")
    owner, strange = one(rest, "connection-owner", "shop"), str(uuid4())
    results = remedy(rest.client(), email, strange, owner, phone, email, dry=False)
    assert [each["violationId"] for each in results] == [email, strange, owner, phone]
    assert [each["outcome"] for each in results] == ["applied", "failed", "manual", "applied"]
    assert (results[1]["code"], results[1]["before"]) == ("GEN_404", None)
    assert strange in results[1]["message"]


@pytest.mark.parametrize(
    ("lacks", "rule", "place"),
    [
        ("tag:update", "personal-data-tagged", "email"),
        ("tag:create", "personal-data-tagged", "email"),
        ("tag:update", "personal-data-classified", "people"),
        ("asset:update", "personal-data-retention", "people"),
        ("connection:update", "tls-required", "shop"),
    ],
)
@pytest.mark.parametrize("dry", [True, False])
def test_nobody_does_by_a_remedy_what_they_may_not_do(
    rest: Rest, shop: int, lacks: str, rule: str, place: str, dry: bool
) -> None:
    held = {"compliance:remediate", "compliance:read", "tag:update", "tag:create", "asset:update", "connection:update"}
    before, found = (people(rest), mode(rest)), one(rest, rule, place)
    (result,) = remedy(rest.client(scopes=sorted(held - {lacks})), found, dry=dry)
    assert (result["outcome"], result["code"], result["before"], result["after"]) == ("failed", "SEC_002", None, None)
    assert lacks in result["message"]
    assert ((people(rest), mode(rest)), status_of(rest, found)) == (before, "open")


def test_a_known_tag_needs_no_permission_to_make_one(rest: Rest, shop: int) -> None:
    ok(rest.client().post(f"{CONNECTIONS}/governance/tags", json={"name": "PII"}))
    client = rest.client(scopes=["compliance:remediate", "tag:update"])
    (result,) = remedy(client, one(rest, "personal-data-tagged", "email"), dry=False)
    assert result["outcome"] == "applied"


def test_who_may_remedy(rest: Rest, shop: int) -> None:
    found = one(rest, "personal-data-tagged", "email")
    for role in ("viewer", "data_analyst", "data_engineer"):
        answer = rest.client(role).post(REMEDIATE, json={"violationIds": [found]})
        assert answer.status_code == 403
        assert answer.json()["error"]["details"]["permission"] == "compliance:remediate"
    security = rest.client("security_admin")
    assert remedy(security, found)[0]["outcome"] == "planned"
    (result,) = remedy(security, one(rest, "tls-required", "shop"), dry=False)
    assert (result["outcome"], result["code"]) == ("failed", "SEC_002")


def test_another_tenants_violations_are_not_there(rest: Rest, shop: int) -> None:
    found = one(rest, "personal-data-tagged", "email")
    for client in (rest.client(tenant="acme"), rest.client(attributes={"environment": ["prod"]})):
        for dry in (True, False):
            (result,) = remedy(client, found, dry=dry)
            assert (result["outcome"], result["code"]) == ("failed", "GEN_404")
    assert status_of(rest, found) == "open"


def test_a_connection_that_is_gone_in_airflow_fails_alone(rest: Rest, shop: int, airflow_db: Airflow) -> None:
    tls, email = one(rest, "tls-required", "shop"), one(rest, "personal-data-tagged", "email")
    airflow_db.forget_connections()
    first, second = remedy(rest.client(), tls, email, dry=False)
    assert first["outcome"] == "manual"
    assert second["outcome"] == "applied"


def test_a_violation_of_a_rule_that_is_gone_is_for_a_person(rest: Rest, shop: int) -> None:
    found = violation(rest, shop, "taken-away")
    assert told(remedy(rest.client(), found)[0])[:2] == (None, "manual")
    (result,) = remedy(rest.client(), found, dry=False)
    assert told(result) == (None, "unchanged", None, None), "judged anew, it closes with its rule"


def test_figures_follow_a_remedy(rest: Rest, shop: int) -> None:
    def soc2() -> Any:
        return next(each for each in ok(rest.client().get(STATUS))["standards"] if each["standard"] == "SOC2")

    before = soc2()
    ids = [each["id"] for (rule, _), each in violations(rest).items() if rule == "personal-data-tagged"]
    remedy(rest.client(), *ids, dry=False)
    after = soc2()
    assert after["openViolations"] == before["openViolations"] - 2
    assert (after["failed"], after["passed"]) == (before["failed"] - 1, before["passed"] + 1)
    assert after["lastScan"] == before["lastScan"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "violationIds"),
        ({"violationIds": []}, "violationIds"),
        ({"violationIds": ["x"]}, "violationIds.0"),
        ({"violationIds": [str(uuid4()) for _ in range(501)]}, "violationIds"),
        ({"violationIds": [str(uuid4())], "dryRun": "no"}, "dryRun"),
        ({"violationIds": [str(uuid4())], "force": True}, "force"),
        ({"violationIds": [str(uuid4())], "parameters": {"retention": "long"}}, "parameters.retention"),
        ({"violationIds": [str(uuid4())], "parameters": {"retention": "7 years " * 20}}, "parameters.retention"),
        ({"violationIds": [str(uuid4())], "parameters": {"tags": ["PII"]}}, "parameters.tags"),
    ],
)
def test_what_cannot_be_remedied_names_its_field(rest: Rest, body: Any, field: str) -> None:
    answer = rest.client().post(REMEDIATE, json=body)
    assert (answer.status_code, answer.json()["error"]["details"]["field"]) == (400, field), answer.text


def test_a_plan_takes_as_many_statements_for_one_as_for_many(rest: Rest, shop: int) -> None:
    crawl(rest, shop, [*PEOPLE, *(table(f"t{number:02}") for number in range(50))])
    ids = [violation(rest, shop, "personal-data-retention", f"t{number:02}") for number in range(50)]
    ids += [violation(rest, shop, "personal-data-classified", f"t{number:02}") for number in range(50)]
    client = rest.client()
    seen_: list[str] = []
    remedy(client, ids[0], ids[50])
    event.listen(rest.platform.engine, "before_cursor_execute", lambda *given: seen_.append(given[2]))
    remedy(client, ids[0], ids[50])
    few = len(seen_)
    remedy(client, *ids)
    assert len(seen_) == 2 * few <= 12


@pytest.mark.parametrize("dry", [True, False])
def test_nobody_but_a_person_chooses_a_retention(rest: Rest, shop: int, dry: bool) -> None:
    found = one(rest, "personal-data-retention", "people")
    (result,) = remedy(rest.client(), found, dry=dry, retention=None)
    assert told(result) == ("set-retention", "manual", None, None)
    assert "parameters.retention" in result["message"]
    assert "retention" not in people(rest)["metadata"]
    (result,) = remedy(rest.client(), found, dry=False, retention=" 90 days ")
    assert told(result)[1:] == ("applied", {"retention": None}, {"retention": "90 days"})
    assert people(rest)["metadata"]["retention"] == "90 days"


def test_what_a_person_rejected_is_closed_and_not_remedied(rest: Rest, shop: int) -> None:
    admin, found = rest.client(), one(rest, "personal-data-tagged", "email")
    review(admin, [findings(admin, kind="EMAIL")[0]["id"]], "reject")
    assert status_of(rest, found) == "closed", "nobody waits for a scan"
    for dry in (True, False):
        (result,) = remedy(admin, found, dry=dry)
        assert told(result) == ("add-tags", "unchanged", None, None)
    assert {each["name"]: each["tags"] for each in people(rest)["schema"]}["email"] == []
    review(admin, [findings(admin, kind="EMAIL")[0]["id"]], "reopen")
    assert status_of(rest, found) == "open"


def test_what_holds_no_more_is_judged_anew_before_it_is_remedied(rest: Rest, shop: int) -> None:
    found = one(rest, "personal-data-tagged", "email")
    with rest.platform.session() as session:
        session.execute(text("UPDATE crosswind.findings SET status = 'rejected' WHERE kind = 'EMAIL'"))
        session.commit()
    (result,) = remedy(rest.client(), found, dry=False)
    assert told(result) == ("add-tags", "unchanged", None, None)
    assert status_of(rest, found) == "closed"
    assert {each["name"]: each["tags"] for each in people(rest)["schema"]}["email"] == []


def test_a_review_judges_only_what_was_judged_before(rest: Rest, airflow_db: Airflow) -> None:
    key = connection(rest, "new")
    crawl(rest, key, PEOPLE)
    ok(ScanTask(rest, key).send(FOUND))
    admin = rest.client()
    review(admin, [findings(admin, kind="EMAIL")[0]["id"]], "reject")
    assert counted(rest)[0] == 0
