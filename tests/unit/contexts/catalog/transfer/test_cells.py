"""Tags and owners in a cell of a sheet: whatever a word holds comes back, and older sheets read as they did."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crosswind.contexts.catalog.transfer import cells
from crosswind.doors.rest import spreadsheets

LETTERS = st.sampled_from(list("ab;:\"' =+-@\u00a0é")) | st.characters(exclude_categories=["Cc", "Cf", "Cs"])
WORDS = st.text(LETTERS, min_size=1, max_size=8).filter(lambda word: not word.isspace())
OWNERS = st.tuples(st.sampled_from(["user", "team"]), WORDS, st.sampled_from(["technical", "business", "steward"]))


def carried(cell: str) -> str:
    """The cell as it is after a spreadsheet's file."""
    return cells.plain(spreadsheets.cell(cell))


@given(st.lists(WORDS, max_size=5))
@example(["GDPR; art. 9", '"a', 'b"', " c ", "'=d", "=e", '"f"', '5" disk', "Stage: raw"])
def test_tags_come_back_as_they_were(tags: list[str]) -> None:
    assert cells.tags_read(carried(cells.tags_written(tags))) == tags


@given(st.lists(OWNERS, max_size=5))
@example([("team", "core:eu", "technical"), ("user", "a; b", "steward"), ("team", " c: ", "business")])
def test_owners_come_back_as_they_were(owners: list[tuple[str, str, str]]) -> None:
    told = [dict(zip(("kind", "name", "role"), owner, strict=True)) for owner in owners]
    assert cells.owners_read(carried(cells.owners_written(map(":".join, owners)))) == told


@given(st.lists(WORDS.filter(lambda word: '"' not in word)))
def test_a_cell_without_quotes_is_split_at_its_semicolons(words: list[str]) -> None:
    cell = ";".join(words)
    assert cells.tags_read(cell) == [part.strip() for part in cell.split(";") if part.strip()]


@pytest.mark.parametrize(
    ("cell", "tags"),
    [
        ("", []),
        (" ; ;", []),
        ("gold; PII ;", ["gold", "PII"]),
        ('"PII";5" disk;"open', ['"PII"', '5" disk', '"open']),
        ('"Stage: raw"', ['"Stage: raw"']),
        ('gold; "GDPR; art. 9" ;PII', ["gold", "GDPR; art. 9", "PII"]),
        ('"""PII"""', ['"PII"']),
    ],
)
def test_cells_of_tags(cell: str, tags: list[str]) -> None:
    assert cells.tags_read(cell) == tags


@pytest.mark.parametrize(
    ("cell", "owner"),
    [
        ("ana", {"name": "ana"}),
        ("team : core", {"kind": "team", "name": "core"}),
        ("team: core :steward", {"kind": "team", "name": "core", "role": "steward"}),
        ("team:core:eu:technical", {"kind": "team", "name": "core:eu", "role": "technical"}),
        ('"team:core; eu:technical"', {"kind": "team", "name": "core; eu", "role": "technical"}),
        ('"team: core :technical"', {"kind": "team", "name": " core ", "role": "technical"}),
    ],
)
def test_cells_of_owners(cell: str, owner: dict[str, str]) -> None:
    assert cells.owners_read(cell) == [owner]


def test_words_that_need_no_quotes_have_none() -> None:
    assert cells.tags_written(["gold", "Stage: raw", '5" disk', "=1"]) == 'gold;Stage: raw;5" disk;=1'
    assert cells.owners_written(["team:core:eu:technical", "user:ana b:steward"]) == (
        "team:core:eu:technical;user:ana b:steward"
    )
