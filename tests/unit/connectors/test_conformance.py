from __future__ import annotations

import pytest

from crosswind.connectors.conformance import ListsTablesConformance, never, notimpl


def test_an_exemption_marks_its_own_class_only() -> None:
    class Exempted(ListsTablesConformance):
        exemptions = {"test_a_ping_takes_time": notimpl("no ping so far")}

    marks = Exempted.__dict__["test_a_ping_takes_time"].pytestmark
    assert [(each.name, each.kwargs["strict"], each.kwargs["reason"]) for each in marks] == [
        ("xfail", True, "notimpl: no ping so far")
    ]
    assert not hasattr(ListsTablesConformance.test_a_ping_takes_time, "pytestmark")


def test_an_exemption_keeps_the_marks_of_its_test() -> None:
    class Exempted(ListsTablesConformance):
        exemptions = {"test_patterns_mean_what_they_say": never("it has no names")}

    assert {each.name for each in Exempted.__dict__["test_patterns_mean_what_they_say"].pytestmark} == {
        "parametrize",
        "xfail",
    }


def test_an_exemption_of_no_test_is_refused() -> None:
    with pytest.raises(TypeError, match="test_nothing"):

        class Wrong(ListsTablesConformance):
            exemptions = {"test_nothing": never("a slip")}
