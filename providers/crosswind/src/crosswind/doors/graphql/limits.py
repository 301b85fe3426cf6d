"""What one request may ask for: tokens, fields, aliases, depth, and an estimate of how many objects it makes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from graphql import (
    DocumentNode,
    FieldNode,
    FloatValueNode,
    FragmentSpreadNode,
    GraphQLObjectType,
    InlineFragmentNode,
    IntValueNode,
    Node,
    ObjectValueNode,
    SchemaMetaFieldDef,
    SelectionSetNode,
    StringValueNode,
    TypeMetaFieldDef,
    VariableNode,
    get_named_type,
)

from crosswind.doors.graphql.types.assets import NESTED_LINEAGE
from crosswind.doors.graphql.types.inputs import MOST_LISTED
from crosswind.kit.errors import Invalid
from crosswind.kit.strict_json import INT64, check_text

if TYPE_CHECKING:
    from crosswind.doors.graphql.documents import Operation

MOST_TOKENS = 5_000
MOST_FIELDS = 500
MOST_ALIASES = 50
MOST_DEPTH = 12
MOST_COST = 50_000
LISTED = 20
"""Entries of a list that says nothing else."""
WALKED = 1_000
"""What a walk from the root follows where no limit is given, as in REST."""
SIZES = {"tags": 3, "schema": 30, "owners": 2, "propagatedTags": 2, "highlights": 3, "facets": 8, "values": 50}
"""Entries of lists that take no limit; a guess of what is usual, since what really comes is counted again."""
ONCE = frozenset({"nodes", "results", "upstream", "downstream"})
"""Lists whose size is that of the field around them."""
INTROSPECTION = 15
"""Levels that a tool's introspection query takes."""
_META = {"__schema": SchemaMetaFieldDef, "__type": TypeMetaFieldDef}
_OF_SCHEMA = {"types": 60, "fields": 8, "args": 1, "inputFields": 3, "enumValues": 3, "directives": 5}


def check_values(document: DocumentNode) -> None:
    """Refuse in literals what is refused in JSON: NUL, lone surrogates, integers beyond 64 bits, infinities."""
    for node in _nodes(document):
        if isinstance(node, StringValueNode):
            check_text(node.value, "query")
        elif isinstance(node, IntValueNode):
            if len(node.value) > 20 or not -INT64 <= int(node.value) < INT64:
                raise Invalid("An integer is beyond 64 bits", field="query")
        elif isinstance(node, FloatValueNode) and float(node.value) in {float("inf"), float("-inf")}:
            raise Invalid("A number is beyond what can be stored", field="query")


def check_shape(document: DocumentNode) -> None:
    """Refuse a document of too many fields or aliases, before anything that takes long with many is done with it."""
    fields = [node for node in _nodes(document) if isinstance(node, (FieldNode, FragmentSpreadNode))]
    aliases = sum(1 for node in fields if isinstance(node, FieldNode) and node.alias is not None)
    _refuse("fields", len(fields), MOST_FIELDS)
    _refuse("aliases", aliases, MOST_ALIASES)


def check_cost(operation: Operation, root: GraphQLObjectType, variables: Mapping[str, Any]) -> int:
    """The cost of an operation, the number of objects it is expected to make; `Invalid` beyond a limit."""
    meter = _Meter(operation, variables)
    meter.measure(operation.node.selection_set, root, 1, 1)
    return meter.cost


class _Meter:
    """Walks the selections of an operation; validation has seen to it that fragments form no cycle."""

    def __init__(self, operation: Operation, variables: Mapping[str, Any]) -> None:
        self._fragments = operation.fragments
        self._variables = variables
        defaults = operation.node.variable_definitions or ()
        self._defaults = {each.variable.name.value: self._value(each.default_value) for each in defaults}
        self._visited = 0
        self.cost = 0

    def measure(self, selections: SelectionSetNode, parent: GraphQLObjectType, times: int, depth: int) -> None:
        for field in self._fields(selections):
            self._visited += 1
            _refuse("fields, with those of fragments,", self._visited, MOST_FIELDS * 10)
            if field.selection_set is None:
                continue
            name = field.name.value
            introspects = name.startswith("__") or parent.name.startswith("__")
            _refuse("levels", depth, INTROSPECTION if introspects else MOST_DEPTH)
            definition = _META.get(name) or parent.fields[name]
            kind = get_named_type(definition.type)
            each = times * self._size(field, definition, parent)
            self.cost += each
            if self.cost > MOST_COST:
                raise Invalid(
                    f"The query may cost {self.cost} objects and more, at most {MOST_COST} are taken: ask for smaller "
                    "pages, or for less of each asset",
                    field="query", cost=self.cost, most=MOST_COST,
                )  # fmt: skip
            if isinstance(kind, GraphQLObjectType):
                self.measure(field.selection_set, kind, each, depth + 1)

    def _fields(self, selections: SelectionSetNode) -> Iterator[FieldNode]:
        for node in selections.selections:
            if isinstance(node, FieldNode):
                yield node
            elif isinstance(node, InlineFragmentNode):
                yield from self._fields(node.selection_set)
            elif isinstance(node, FragmentSpreadNode):
                yield from self._fields(self._fragments[node.name.value].selection_set)

    def _size(self, field: FieldNode, definition: Any, parent: GraphQLObjectType) -> int:
        name = field.name.value
        if parent.name.startswith("__"):
            return _OF_SCHEMA.get(name, 1)
        if name in ONCE:
            return 1
        if "pagination" in definition.args:
            pagination = self._argument(field, "pagination") or {}
            return _bounded(_read(pagination, "limit"), LISTED, MOST_LISTED)
        if "limit" in definition.args:
            usual = WALKED if parent.name == "Query" else NESTED_LINEAGE
            return _bounded(self._argument(field, "limit"), usual, 5_000)
        if name in SIZES and parent.name not in {"Query", "Mutation"}:
            return SIZES[name]
        return 1

    def _argument(self, field: FieldNode, name: str) -> Any:
        node = next((each for each in field.arguments or () if each.name.value == name), None)
        return None if node is None else self._value(node.value)

    def _value(self, node: Any) -> Any:
        """What a caller gives: enough of it to know how long a list may get."""
        if isinstance(node, VariableNode):
            return self._variables.get(node.name.value, self._defaults.get(node.name.value))
        if isinstance(node, ObjectValueNode):
            return {each.name.value: self._value(each.value) for each in node.fields}
        return int(node.value) if isinstance(node, IntValueNode) else None


def _read(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, Mapping) else None


def _bounded(value: Any, usual: int, most: int) -> int:
    return max(1, min(value, most)) if isinstance(value, int) and not isinstance(value, bool) else usual


def _refuse(what: str, number: int, most: int) -> None:
    if number > most:
        raise Invalid(f"The document has more than {most} {what}", field="query", most=most)


def _nodes(node: Node) -> Iterator[Node]:
    """Every node below, without recursion."""
    waiting: list[Any] = [node]
    while waiting:
        each = waiting.pop()
        yield each
        for key in each.keys:
            if key == "loc":
                continue
            child = getattr(each, key, None)
            if isinstance(child, Node):
                waiting.append(child)
            elif isinstance(child, (list, tuple)):
                waiting.extend(item for item in child if isinstance(item, Node))
