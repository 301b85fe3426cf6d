"""What a stranger may write as a rule: each hostile input is refused with its file, line and field."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosswind.contexts.governance.compliance.rules import load
from crosswind.contexts.governance.compliance.yaml_nodes import MAX_BYTES, MAX_DEPTH, MAX_NODES, RuleError, read

RULE = """\
id: some-rule
version: 1
title: Something holds
severity: low
applies_to: connection
standards:
  - {standard: GDPR, citation: Art. 5}
require:
  fact: connection.owner
  exists: true
evidence: [connection.owner]
message: It does not hold.
remedy: Make it hold.
"""


def refused(text: str | bytes) -> tuple[str, int, str]:
    with pytest.raises(RuleError) as error:
        load(text.encode() if isinstance(text, str) else text, "some.yaml")
    assert error.value.file == "some.yaml"
    assert str(error.value).startswith("some.yaml, line ")
    return error.value.message, error.value.line, error.value.field


def changed(old: str, new: str) -> str:
    assert RULE.count(old) == 1
    return RULE.replace(old, new)


def test_the_rule_that_is_spoiled_below_is_a_good_one() -> None:
    rule = load(RULE.encode(), "some.yaml")
    assert (rule.id, rule.file) == ("some-rule", "some.yaml")


@pytest.mark.parametrize(
    ("text", "says", "line"),
    [
        ("a: 1\nb:\n" + "".join(" " * depth + "- \n" for depth in range(1, MAX_DEPTH + 5)), "levels", MAX_DEPTH + 2),
        ("a: 1\nb: " + "[" * 10_000, "levels", 2),
        ("a: [" + "1,\n" * MAX_NODES + "]", "values", MAX_NODES - 2),
        ("a: &x 1\nb: 2", "anchors and aliases", 1),
        ("a: 1\nb: *x", "anchors and aliases", 2),
        ("a: &x\n  - *x", "anchors and aliases", 1),
        ("a: 1\nb: [", "not YAML", 2),
        ("a: 1\nb: c: d", "not YAML", 2),
        ("a: 1\nb: \x01", "not allowed", 2),
        ("a: 1\n---\nb: 2", "another document", 2),
        ('a: 1\nb: "\\ud800"', "cannot be kept", 2),
        ('a: 1\nb: "\\0"', "cannot be kept", 2),
        ('a: "\\UFFFFFFFF"', "too large", 1),
        ("%YAML 1." + "9" * 5000 + "\n---\na: 1", "too large", 1),
        ("", "empty", 1),
        ("# nothing\n", "empty", 1),
        (b"a: \xff", "not UTF-8", 1),
        (RULE.encode("utf-16"), "not UTF-8", 1),
        (b"#" * (MAX_BYTES + 1), "larger than", 1),
        ("? [a]\n: b", "a name is a short text", 1),
        ("a: 1\n<<: {b: 2}", "a name is a short text", 2),
        ("- a", "a mapping", 1),
    ],
)
def test_a_file_that_is_no_plain_yaml_is_refused_with_its_line(text: str | bytes, says: str, line: int) -> None:
    message, found, _ = refused(text)
    assert says in message
    assert found == line


@pytest.mark.parametrize(
    "value",
    ["!!python/object/apply:os.system [echo]", "!!python/name:os.system x", "!!python/tuple [a]", "!!set {a}",
     "!!binary aGk=", "!own x", "!!bool maybe", '!!int ""', '!!float ""', ".nan", "-.inf", "0b_",
     "1" + ":00" * 300 + ".5", "1" + ":00" * 300, "9" * 5000],
)  # fmt: skip
def test_a_value_of_another_kind_is_refused_with_line_and_field(value: str) -> None:
    with pytest.raises(RuleError) as error:
        read(f"a: 1\nb:\n  - c: {value}".encode())
    assert (error.value.line, error.value.field) == (3, "b[0].c")
    assert "kind" in error.value.message or "cannot be read" in error.value.message or "finite" in error.value.message


@pytest.mark.parametrize(
    ("old", "new", "says", "line", "field"),
    [
        ("version: 1", "version: 1\nid: other", "'id' is given twice", 3, "id"),
        ("  exists: true", "  exists: true\n  exists: false", "given twice", 11, "require.exists"),
        ("  fact: connection.owner", "  fact: connection.moon", "no fact 'connection.moon'", 9, "require.fact"),
        ("  fact: connection.owner", "  fact: asset.owner", "a rule for a connection cannot see", 9, "require.fact"),
        ("  fact: connection.owner", "  fact: 7", "a text", 9, "require.fact"),
        ("  exists: true", "  resembles: true", "no comparison 'resembles'", 10, "require.resembles"),
        ("  exists: true", "  older_than_days: 3", "does not fit", 10, "require.older_than_days"),
        ("  exists: true", "  equals: 5", "a text is needed", 10, "require.equals"),
        ("  exists: true", "  exists: 1", "true or false", 10, "require.exists"),
        ("  exists: true", "  in: []", "at least one entry", 10, "require.in"),
        ("  exists: true\n", "", "exactly one comparison", 9, "require"),
        ("  fact: connection.owner\n", "", "all, any, not", 9, "require"),
        ("[connection.owner]", "[connection.moon]", "no fact", 11, "evidence[0]"),
        ("[connection.owner]", "connection.owner", "a list", 11, "evidence"),
        ("version: 1", "version: true", "whole number", 2, "version"),
        ("version: 1", "version: 0", "whole number", 2, "version"),
        ("some-rule", "Some Rule", "lower-case", 1, "id"),
        ("severity: low", "severity: dire", "one of critical", 4, "severity"),
        ("applies_to: connection", "applies_to: [connection]", "one of connection", 5, "applies_to"),
        ("standard: GDPR, ", "", "exactly the fields", 7, "standards[0]"),
        ("standard: GDPR", "standard: gdpr", "capital letters", 7, "standards[0].standard"),
        ("Something holds", "' '", "a text of 1 to 200", 3, "title"),
        ("title: Something holds\n", "", "'title' is missing", 1, "title"),
        ("severity: low", "severity: low\nrun: rm", "no field of a rule", 5, "run"),
        ("severity: low", "severity: low\nparameters: {tags: [PII]}", "there is none", 5, "parameters"),
        ("severity: low", "severity: low\naction: classify", "cannot be done to a connection", 5, "action"),
        ("severity: low", "severity: low\naction: add-tags", "needs the parameter 'tags'", 1, "parameters"),
        ("severity: low", "severity: low\naction: add-tags\nparameters: {tag: a}", "no other", 6, "parameters"),
        ("severity: low", "severity: low\naction: require-tls\nparameters: {mode: allow}", "one of require", 6,
         "parameters.mode"),
    ],
)  # fmt: skip
def test_a_spoiled_rule_is_refused_with_line_and_field(old: str, new: str, says: str, line: int, field: str) -> None:
    message, found, place = refused(changed(old, new))
    assert says in message
    assert (found, place) == (line, field)


@given(st.binary(max_size=200) | st.text("{}[]&*!|>?:-,'\"\\#% \n\tabU0xf.~<=@", max_size=80).map(str.encode))
def test_whatever_is_written_is_read_or_refused(text: bytes) -> None:
    with suppress(RuleError):
        assert read(text).line >= 1
