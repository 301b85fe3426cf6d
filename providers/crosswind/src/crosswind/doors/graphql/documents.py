"""Documents: parsed, held against the limits that need no schema, and validated; those that were right are kept."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    OperationType,
    parse,
    specified_rules,
)
from strawberry.schema.schema import validate_document

from crosswind.doors.graphql.limits import MOST_TOKENS, check_shape, check_values
from crosswind.doors.graphql.schema import SCHEMA
from crosswind.kit.errors import Invalid

KEPT = 128
LONGEST_KEPT = 4_000
"""Characters; a document takes several hundred bytes of memory a token, so that all that are kept take some 60 MB."""


class Refused(Invalid):
    """The document is no GraphQL, or does not fit the schema; `errors` say where."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        super().__init__(errors[0].message)
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of a document that fits the schema."""

    document: DocumentNode
    node: OperationDefinitionNode
    fragments: dict[str, FragmentDefinitionNode]

    @property
    def name(self) -> str | None:
        """Its name where it has one."""
        return self.node.name.value if self.node.name else None

    @property
    def kind(self) -> OperationType:
        """Query, mutation or subscription."""
        return self.node.operation


def operation(query: str, name: str | None) -> Operation:
    """The operation that is asked for; raises `Refused`, or `Invalid` for what is beyond a limit."""
    return _kept(query, name) if len(query) <= LONGEST_KEPT else _prepared(query, name)


def _prepared(query: str, name: str | None) -> Operation:
    try:
        return _read(query, name)
    except RecursionError:
        raise Invalid("The document is nested too deeply", field="query") from None


_kept = lru_cache(maxsize=KEPT)(_prepared)


def _read(query: str, name: str | None) -> Operation:
    try:
        document = parse(query, max_tokens=MOST_TOKENS)
    except GraphQLSyntaxError as error:
        raise Refused([error]) from None
    check_values(document)
    check_shape(document)
    errors = validate_document(SCHEMA._schema, document, tuple(specified_rules))  # noqa: SLF001
    if errors:
        raise Refused(errors[:20])
    fragments = {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}
    found = [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]
    chosen = [each for each in found if name is None or (each.name is not None and each.name.value == name)]
    if len(chosen) != 1:
        told = f"The document has no operation '{name}'" if name else "Say with operationName which operation to do"
        raise Invalid(told, field="operationName")
    return Operation(document, chosen[0], fragments)
