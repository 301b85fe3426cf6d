"""The committed OpenAPI documents: current, honest about errors, and readable offline."""

from __future__ import annotations

import json
import re

import pytest
from tests.support.app import Rest
from tests.support.served import ROUTES

from crosswind.contexts.catalog.transfer.lines import BareAsset, ColumnLine
from crosswind.doors.cli.openapi import HERE, documents
from crosswind.doors.rest.families import FAMILIES

DOCUMENTS = {name: json.loads(text) for name, text in documents().items()}
ALIASES = [route for route in ROUTES if route.family == "connections_platform" and "/api/v1/" in route.path]
OPERATIONS = [
    (name, path, method, operation)
    for name, document in DOCUMENTS.items()
    for path, methods in document["paths"].items()
    for method, operation in methods.items()
]


@pytest.mark.parametrize("family", DOCUMENTS)
def test_the_committed_document_is_current(family: str) -> None:
    committed = (HERE / "openapi" / f"{family}.json").read_text(encoding="utf-8")
    assert json.loads(committed) == DOCUMENTS[family], "run `crosswind openapi`"


def test_a_batch_s_item_is_documented_as_it_is_taken() -> None:
    content = DOCUMENTS["metastore"]["paths"]["/v1/ingestion/batch"]["post"]["requestBody"]["content"]
    item = content["application/json"]["schema"]["properties"]["assets"]["items"]
    assert item["properties"].keys() == set(BareAsset.__struct_fields__)
    assert item["properties"]["columns"]["items"]["properties"].keys() == set(ColumnLine.__struct_fields__)
    assert item["properties"]["owners"]["items"]["required"] == ["name"]
    assert "$ref" not in json.dumps(item)


def test_every_route_is_documented_once() -> None:
    shown = {(name, method.upper(), path) for name, path, method, _ in OPERATIONS}
    mounts = {manners.name: manners.mount for manners in FAMILIES}
    there = {(r.family, r.method, r.path.removeprefix(mounts[r.family])) for r in ROUTES if r not in ALIASES}
    there |= {("metastore", "GET", "/v1/events"), ("metastore", "GET", "/graphql"), ("metastore", "POST", "/graphql")}
    assert shown == there
    for name in DOCUMENTS:
        identifiers = [operation["operationId"] for family, _, _, operation in OPERATIONS if family == name]
        assert len(identifiers) == len(set(identifiers))
        assert all(re.fullmatch(r"[a-z][A-Za-z0-9]*", each) for each in identifiers)


@pytest.mark.parametrize(
    ("path", "method", "operation"), [each[1:] for each in OPERATIONS], ids=lambda value: str(value)[:60]
)
def test_each_operation_names_its_errors_its_permission_and_its_limit(
    path: str, method: str, operation: dict[str, object]
) -> None:
    responses = operation["responses"]
    assert isinstance(responses, dict)
    assert {"400", "503"} <= responses.keys()
    assert responses.get("422", {"$ref": "#/components/responses/422"}) == {"$ref": "#/components/responses/422"}
    assert operation["summary"]
    if operation["security"]:
        assert "429" in responses
        assert {"401", "403"} <= responses.keys()
        assert operation["x-permission"]
    if "requestBody" in operation:
        assert "413" in responses
        assert operation["requestBody"]["x-max-bytes"] >= 1024 * 1024  # type: ignore[index]
    if method in {"put", "patch", "delete"}:
        assert "409" in responses


def test_only_routes_that_dial_declare_the_sources_faults() -> None:
    dialling = {(each.family, each.method.lower(), each.spec.call.__name__) for each in ROUTES if each.spec.dials}
    declared = {operation["operationId"] for _, _, _, operation in OPERATIONS if "502" in operation["responses"]}
    assert len(declared) == len(dialling) > 0


def test_every_parameter_that_an_address_may_have_is_documented_by_its_name(rest: Rest) -> None:
    mounts, client, compared = {manners.name: manners.mount for manners in FAMILIES}, rest.client(), 0
    for route in (each for each in ROUTES if each not in ALIASES and each.method == "GET"):
        answer = client.get(route.path, params={"nothing-has-this-name": "1"})
        if answer.status_code != 400:
            continue
        operation = DOCUMENTS[route.family]["paths"][route.path.removeprefix(mounts[route.family])]["get"]
        told = {each["name"] for each in operation.get("parameters", ()) if each["in"] == "query"}
        assert told == set(answer.json()["error"]["details"]["known"]), route.id
        compared += 1
    assert compared > 60


def test_what_has_a_version_says_that_it_need_not_be_sent_again() -> None:
    told = {path for _, path, _, operation in OPERATIONS if "304" in operation["responses"]}
    taken = {
        path for _, path, _, operation in OPERATIONS
        if "If-None-Match" in {each["name"] for each in operation.get("parameters", ())}
    }  # fmt: skip
    assert told == taken
    assert {"/v1/assets/{id}", "/v1/tasks/{id}", "/v1/connections/{connectionId}", "/v1/webhooks/{id}"} < told


def test_references_lead_somewhere() -> None:
    for name, document in DOCUMENTS.items():
        for reference in set(re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(document))):
            target = document
            for part in reference.split("/"):
                assert part in target, f"{name}: {reference}"
                target = target[part]


@pytest.mark.parametrize("manners", FAMILIES, ids=lambda manners: manners.name)
def test_the_interactive_page_needs_no_other_machine(rest: Rest, manners: object) -> None:
    client = rest.anonymous()
    page = client.get(f"{manners.mount}/docs")  # type: ignore[attr-defined]
    assert page.status_code == 200
    assert not re.search(r"(src|href)=\"(https?:)?//", page.text)
    for name in re.findall(r'(?:src|href)="(docs/[^"]+)"', page.text):
        asset = client.get(f"{manners.mount}/{name}")  # type: ignore[attr-defined]
        assert asset.status_code == 200
        assert len(asset.content) > 1000
    served = client.get(f"{manners.mount}/openapi.json").json()  # type: ignore[attr-defined]
    assert served["paths"] == DOCUMENTS[manners.name]["paths"]  # type: ignore[attr-defined]
    assert served["servers"] == [{"url": manners.mount}]  # type: ignore[attr-defined]
    assert client.get(f"{manners.mount}/docs/../secrets.py").status_code == 404  # type: ignore[attr-defined]


def test_the_page_that_errors_link_to_names_every_code(rest: Rest) -> None:
    page = rest.anonymous().get("/docs/errors").text
    for manners in FAMILIES:
        assert all(f'id="{code}"' in page for code, _ in manners.codes.values())
