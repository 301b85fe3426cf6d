"""The rules in force: those that come with Crosswind and those of a folder, read again when files change."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from crosswind.contexts.governance.compliance import book as module
from crosswind.contexts.governance.compliance.book import BUILT_IN, RuleBook
from crosswind.contexts.governance.compliance.yaml_nodes import MAX_BYTES

RULE = """\
id: {id}
version: 1
title: Names are short
severity: low
applies_to: connection
standards:
  - {{standard: HOUSE, citation: Rule 7}}
require:
  fact: connection.owner
  exists: true
evidence: [connection.owner]
message: Nobody answers for it.
remedy: Name somebody.
"""


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_without_a_folder_the_rules_are_those_that_come_with_crosswind() -> None:
    found = RuleBook().book()
    assert set(found.rules) == {path.stem for path in BUILT_IN.iterdir()}
    assert (found.problems, found.broken, found.certain) == ((), frozenset(), True)
    assert {found.origin(rule) for rule in found.rules} == {"crosswind"}


def test_a_rule_of_the_folder_is_in_force_changes_and_goes_with_its_file(tmp_path: Path) -> None:
    rules = RuleBook(tmp_path)
    assert "house" not in rules.book().rules
    path = write(tmp_path, "house.yaml", RULE.format(id="house"))
    assert rules.book().origin("house") == "installation"
    assert rules.book().rules["house"].file == "house.yaml"
    write(tmp_path, "house.yaml", RULE.format(id="house").replace("severity: low", "severity: critical"))
    assert rules.book().rules["house"].severity == "critical"
    path.unlink()
    assert "house" not in rules.book().rules


def test_only_files_that_changed_are_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "one.yaml", RULE.format(id="one"))
    two = write(tmp_path, "two.yaml", RULE.format(id="two"))
    rules, read = RuleBook(tmp_path), []
    first = rules.book()
    load = module.rules.load
    monkeypatch.setattr(module.rules, "load", lambda text, file: (read.append(file), load(text, file))[1])
    assert rules.book() is first
    os.utime(two, ns=(1, 1))
    assert rules.book() == first
    assert read == ["two.yaml"]


def test_a_broken_file_names_file_line_and_field_and_disables_only_itself(tmp_path: Path) -> None:
    write(tmp_path, "good.yaml", RULE.format(id="good"))
    write(tmp_path, "broken.yaml", RULE.format(id="broken").replace("exists: true", "resembles: ann"))
    found = RuleBook(tmp_path).book()
    assert "good" in found.rules
    [problem] = found.problems
    assert (problem.file, problem.line, problem.field) == ("broken.yaml", 10, "require.resembles")
    assert (problem.rule, found.broken, found.certain) == ("broken", {"broken"}, True)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "empty"),
        ("not: [closed", "not YAML"),
        ("#" * (MAX_BYTES + 1), "larger than"),
    ],
)
def test_a_file_that_does_not_tell_its_rule_leaves_it_open_which_rules_are_gone(
    tmp_path: Path, text: str, message: str
) -> None:
    write(tmp_path, "broken.yaml", text)
    found = RuleBook(tmp_path).book()
    assert message in found.problems[0].message
    assert (found.problems[0].rule, found.certain) == (None, False)


def test_an_id_that_is_taken_is_reported_and_the_first_stays(tmp_path: Path) -> None:
    write(tmp_path, "a.yaml", RULE.format(id="house"))
    write(tmp_path, "b.yaml", "# the same again\n" + RULE.format(id="house"))
    write(tmp_path, "c.yaml", RULE.format(id="tls-required"))
    found = RuleBook(tmp_path).book()
    assert found.rules["house"].file == "a.yaml"
    assert found.origin("tls-required") == "crosswind"
    assert [(each.file, each.line, each.field, each.rule) for each in found.problems] == [
        ("b.yaml", 2, "id", "house"),
        ("c.yaml", 1, "id", "tls-required"),
    ]
    assert "a.yaml already" in found.problems[0].message
    assert found.broken == frozenset()


def test_a_folder_that_is_not_there_is_a_problem_and_nothing_more(tmp_path: Path) -> None:
    found = RuleBook(tmp_path / "rules").book()
    assert len(found.rules) == len(list(BUILT_IN.iterdir()))
    assert (found.problems[0].file, found.certain) == ("rules", False)


def test_other_files_links_to_nowhere_and_too_many_files_do_no_harm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_FILES", 5)
    for name in ("a", "b", "c"):
        write(tmp_path, f"{name}.yaml", RULE.format(id=f"rule-{name}"))
    write(tmp_path, "README.md", "no rule")
    write(tmp_path, ".hidden.yaml", "no rule")
    (tmp_path / "a-link.yaml").symlink_to(tmp_path / "nowhere")
    (tmp_path / "aa.yaml").mkdir()
    os.mkfifo(tmp_path / "ab.yaml")
    found = RuleBook(tmp_path).book()
    assert {"rule-a", "rule-b"} <= set(found.rules)
    assert "rule-c" not in found.rules
    [problem] = found.problems
    assert "more than 5 files; the last 1 by name" in problem.message
