"""YAML that a stranger may have written: read by PyYAML's safe loader within bounds, each value with its line.

Aliases are refused (a few of them can stand for billions of values), so are tags of kinds that plain YAML does not
have, a key given twice, text that no store takes, and documents that are deep or large; the depth is counted while the
text is scanned, before anything is built.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

import yaml

MAX_BYTES = 64 * 1024
MAX_DEPTH = 20
MAX_NODES = 5000
KINDS: Mapping[type, frozenset[str]] = {
    yaml.MappingNode: frozenset({"map"}),
    yaml.SequenceNode: frozenset({"seq"}),
    yaml.ScalarNode: frozenset({"str", "int", "float", "bool", "null", "timestamp"}),
}
_CORE = "tag:yaml.org,2002:"
_UNKEPT = re.compile("[\0\ud800-\udfff]")


class RuleError(Exception):
    """Why a rule cannot be used: the line, counted from 1, and the field and the file where they are known."""

    def __init__(self, message: str, line: int, field: str = "", file: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.field = field
        self.file = file

    def __str__(self) -> str:
        place = [self.file] if self.file else []
        place.append(f"line {self.line}")
        return f"{', '.join([*place, self.field] if self.field else place)}: {self.message}"


@dataclass(frozen=True)
class Node:
    """A value with its place; `value` is a scalar, a list of nodes or a mapping of names to nodes."""

    value: Any
    line: int
    field: str

    def error(self, message: str) -> RuleError:
        """An error at this place."""
        return RuleError(message, self.line, self.field)

    def mapping(self) -> Mapping[str, Node]:
        """The value as a mapping, or RuleError."""
        if not isinstance(self.value, dict):
            raise self.error("a mapping of names to values is needed here")
        return cast("dict[str, Node]", self.value)

    def items(self) -> list[Node]:
        """The value as a list that is not empty, or RuleError."""
        if not isinstance(self.value, list) or not self.value:
            raise self.error("a list with at least one entry is needed here")
        return cast("list[Node]", self.value)

    def text(self, longest: int = 2000) -> str:
        """The value as text that is not empty, or RuleError."""
        if not isinstance(self.value, str) or not self.value.strip() or len(self.value) > longest:
            raise self.error(f"a text of 1 to {longest} characters is needed here")
        return self.value.strip()


def read(text: bytes) -> Node:
    """The one document in a file, or RuleError."""
    if len(text) > MAX_BYTES:
        raise RuleError(f"the file is larger than {MAX_BYTES} bytes", 1)
    try:
        decoded = text.decode()
        _bounded(decoded)
        found = yaml.compose(decoded, Loader=yaml.SafeLoader)  # type: ignore[no-untyped-call]
    except UnicodeDecodeError:
        raise RuleError("the file is not UTF-8", 1) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise RuleError(f"this is not YAML: {error.problem or error.context}", mark.line + 1 if mark else 1) from None
    except yaml.reader.ReaderError as error:
        raise RuleError("this is not YAML: a character that is not allowed", _line(text, error.position)) from None
    except (ValueError, ArithmeticError):
        raise RuleError("this is not YAML: a number or an escape that is too large", 1) from None
    if found is None:
        raise RuleError("the file is empty", 1)
    return _node(found, "")


def _line(text: bytes, position: int) -> int:
    return text.decode()[:position].count("\n") + 1


def _bounded(text: str) -> None:
    """Walk the events one by one, so that nothing is built of a document that is too deep or too large."""
    depth = nodes = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):  # type: ignore[no-untyped-call]
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise RuleError("anchors and aliases are not taken", line)
        if isinstance(event, yaml.ScalarEvent) and _UNKEPT.search(event.value):
            raise RuleError("a character that cannot be kept", line)
        nodes += isinstance(event, yaml.NodeEvent)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH or nodes > MAX_NODES:
            raise RuleError(f"more than {MAX_DEPTH} levels or {MAX_NODES} values", line)


def _node(found: yaml.Node, field: str) -> Node:
    line = found.start_mark.line + 1
    kind = found.tag.removeprefix(_CORE)
    if kind not in KINDS[type(found)]:
        raise RuleError(f"a value of the kind '{kind[:60]}' is not taken", line, field)
    if isinstance(found, yaml.MappingNode):
        return Node(_mapping(found, field), line, field)
    if isinstance(found, yaml.SequenceNode):
        return Node([_node(each, f"{field}[{index}]") for index, each in enumerate(found.value)], line, field)
    if kind == "timestamp":
        return Node(found.value, line, field)
    return Node(_scalar(found, line, field), line, field)


def _scalar(found: yaml.Node, line: int, field: str) -> Any:
    try:
        value = yaml.SafeLoader("").construct_object(found)  # type: ignore[no-untyped-call]
        counted = not isinstance(value, int | float) or math.isfinite(value)
    except (ValueError, ArithmeticError, LookupError, yaml.YAMLError):
        raise RuleError("this value cannot be read", line, field) from None
    if not counted:
        raise RuleError("a number that is finite is needed here", line, field)
    return value


def _mapping(found: yaml.MappingNode, field: str) -> dict[str, Node]:
    result: dict[str, Node] = {}
    for name, line, value in _pairs(found, field):
        place = f"{field}.{name}" if field else name
        if name in result:
            raise RuleError(f"'{name}' is given twice", line, place)
        result[name] = _node(value, place)
    return result


def _pairs(found: yaml.MappingNode, field: str) -> Iterator[tuple[str, int, yaml.Node]]:
    for key, value in found.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode) or key.tag != f"{_CORE}str" or len(key.value) > 100:
            raise RuleError("a name is a short text", line, field)
        yield key.value, line, value
