"""Each code of the designs that are served belongs to a class of error, and each answers as the design shows."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from crosswind.doors.rest.families import CONNECTIONS_PLATFORM, FAMILIES, METASTORE
from crosswind.doors.rest.manners import Manners
from crosswind.kit import errors

HERE = Path(__file__).parent
BY_NAME = {manners.name: manners for manners in FAMILIES}


def rows() -> list[tuple[str, str]]:
    with (HERE / "design_codes.tsv").open(encoding="utf-8") as lines:
        return [(row["family"], row["code"]) for row in csv.DictReader(lines, delimiter="\t")]


def made(kind: type[errors.CrosswindError]) -> errors.CrosswindError:
    error = kind.__new__(kind)
    errors.CrosswindError.__init__(error, "It failed.")
    error.noun = "Asset"  # type: ignore[attr-defined]
    return error


@pytest.mark.parametrize(("family", "code"), rows())
def test_a_designs_code_is_what_some_error_answers(family: str, code: str) -> None:
    manners = BY_NAME[family]
    answered = {manners.code(made(kind))[0] for kind in manners.codes} | set(manners.nouns.values())
    assert code in answered


@pytest.mark.parametrize("manners", FAMILIES, ids=lambda manners: manners.name)
def test_every_error_of_ours_has_a_status_that_fits(manners: Manners) -> None:
    for kind in all_kinds(errors.CrosswindError):
        code, status = manners.code(made(kind))
        assert code
        assert (status >= 500) == (not issubclass(kind, CLIENTS_FAULT)), (kind, status)
        assert status != 500 or kind is errors.CrosswindError or kind.__mro__[1] is errors.CrosswindError, kind


CLIENTS_FAULT = (
    errors.Invalid, errors.Unauthenticated, errors.Forbidden, errors.NotFound, errors.Conflict, errors.TooManyRequests,
)  # fmt: skip


def all_kinds(kind: type[errors.CrosswindError]) -> set[type[errors.CrosswindError]]:
    return {kind}.union(*(all_kinds(each) for each in kind.__subclasses__()))


def test_a_transient_error_tells_when_to_come_back() -> None:
    assert errors.Unavailable("Away.").retry_after == 5
    assert errors.Invalid("Wrong.").retry_after is None


def test_envelopes_are_the_designs() -> None:
    error = errors.NotFound("Connection", "conn-001")
    body = CONNECTIONS_PLATFORM.error_body(error, "req-1")["error"]
    assert body.keys() == {"code", "message", "details", "requestId", "documentation"}
    assert body["details"]["connectionId"] == "conn-001"
    assert body["details"]["timestamp"].endswith("Z")
    body = METASTORE.error_body(errors.NotFound("Asset", "uuid"), "req-1")["error"]
    assert (body["code"], body["details"]["asset_id"]) == ("ASSET_NOT_FOUND", "uuid")
