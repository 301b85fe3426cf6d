"""Lines of a catalog file that cannot be taken, told so that whoever wrote them can mend them."""

from __future__ import annotations

import json

import pytest

from crosswind.contexts.catalog.transfer.lines import VERSION, read
from crosswind.kit.errors import Invalid

KINDS = "asset, catalog, classification, data_product, domain, relationship, tag, term"
WHOLE = "each line holds one JSON object, whole"


@pytest.mark.parametrize(
    ("raw", "field", "said"),
    [
        (b'{"kind": "catalog", "version": 0}', "version", "must be at least 1"),
        (b'{"kind": "catalog", "version": "2"}', "version", "must be a whole number, and is a text"),
        (b'{"kind": "king"}', "kind", f"must be one of {KINDS}"),
        (b'{"kind": 3}', "kind", "must be a text"),
        (b"", "", f"it ends too soon; {WHOLE}"),
        (b"[1]", "", "must be an object, and is a list"),
    ],
)
def test_a_line_that_does_not_fit_says_what_does(raw: bytes, field: str, said: str) -> None:
    with pytest.raises(Invalid) as caught:
        read(raw)
    assert ((caught.value.field or ""), caught.value.message) == (field, said)


@pytest.mark.parametrize("version", [VERSION + 1, 2**63 - 1])
def test_a_file_of_a_newer_version_says_what_to_upgrade(version: int) -> None:
    head = b'{"kind": "catalog", "version": %d}'
    read(head % VERSION)
    with pytest.raises(Invalid) as caught:
        read(head % version)
    assert (caught.value.field, caught.value.message) == (
        "version",
        f"this file is of version {version}, and this Crosswind reads versions up to {VERSION}; upgrade it first",
    )


@pytest.mark.parametrize(("digits", "said"), [(20, "must be at most"), (5_000, "is too large a number")])
def test_a_number_that_no_file_has_is_refused(digits: int, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        read(b'{"kind": "catalog", "version": ' + b"9" * digits + b"}")


def test_an_object_spread_over_lines_is_told_to_stand_on_one() -> None:
    lines = json.dumps({"type": "TABLE", "name": "n", "qualified_name": "q"}, indent=2).encode().splitlines()
    for raw in (lines[0], lines[-1]):
        with pytest.raises(Invalid, match=WHOLE):
            read(raw)
