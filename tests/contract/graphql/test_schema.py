"""The committed schema: current, and all that the design prints is in it as it is printed."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLObjectType,
    GraphQLSchema,
    build_ast_schema,
    build_schema,
    parse,
    print_ast,
)

from crosswind.contexts.access.permissions import PERMISSIONS
from crosswind.contexts.catalog.schemas.common import AssetType
from crosswind.contexts.catalog.schemas.relationships import RelationshipType
from crosswind.contexts.tasks import schemas as tasks
from crosswind.doors.cli.openapi import HERE
from crosswind.doors.graphql.schema import GRAPH, sdl

DESIGN = (Path(__file__).parent / "design.graphql").read_text(encoding="utf-8")
UNDEFINED = """
scalar JSON scalar DateTime type AssetConnection { totalCount: Int } type SearchResult { score: Float }
type BackgroundTask { id: ID } type TaskProgress { progress: Int } type User { id: ID }
type SchemaElement { name: String } type Tag { id: ID } enum LineageDirection { BOTH }
input SearchFilters { type: AssetType } input TagFilter { x: Int }
input TaskFilter { x: Int } input RelationshipInput { x: Int } input TagInput { x: Int } input TaskInput { x: Int }
"""
"""The types that the design names and leaves open, so that what it does print can be read."""


def printed() -> GraphQLSchema:
    return build_ast_schema(parse(DESIGN + UNDEFINED))


def test_the_committed_schema_is_current() -> None:
    committed = (HERE / "openapi" / "metastore.graphql").read_text(encoding="utf-8")
    assert committed == sdl(), "run `crosswind openapi`"
    build_schema(committed)


DESIGNED = [each.name.value for each in parse(DESIGN).definitions]  # type: ignore[attr-defined]


def test_the_design_prints_these_types() -> None:
    assert sorted(DESIGNED) == sorted(
        ["Query", "Mutation", "Subscription", "Asset", "Relationship", "LineageGraph", "LineageEdge", "AssetType",
         "RelationshipType", "AssetInput", "Pagination", "AssetFilter"]
    )  # fmt: skip


@pytest.mark.parametrize("name", DESIGNED)
def test_what_the_design_prints_is_served_as_it_is_printed(name: str) -> None:
    wanted, served = printed().type_map[name], build_schema(sdl()).type_map[name]
    assert type(served) is type(wanted)
    if isinstance(wanted, GraphQLEnumType):
        assert isinstance(served, GraphQLEnumType)
        assert list(served.values) == list(wanted.values)
    elif isinstance(wanted, GraphQLInputObjectType):
        _same_or_optional(wanted.fields, served.fields)  # type: ignore[union-attr]
    else:
        assert isinstance(wanted, GraphQLObjectType)
        assert isinstance(served, GraphQLObjectType)
        for field, definition in wanted.fields.items():
            assert str(served.fields[field].type) == str(definition.type), field
            _same_or_optional(definition.args, served.fields[field].args)


def _same_or_optional(wanted: Any, served: Any) -> None:
    for name, definition in wanted.items():
        assert str(served[name].type) == str(definition.type), name
        assert _default(served[name]) == _default(definition), name
    for name in served.keys() - wanted.keys():
        assert not str(served[name].type).endswith("!") or _default(served[name]), name


def _default(definition: Any) -> str | None:
    value = definition.ast_node.default_value
    return None if value is None else print_ast(value)


def test_enums_say_what_the_services_say() -> None:
    for name, literal in {
        "AssetType": AssetType,
        "RelationshipType": RelationshipType,
        "TaskType": tasks.TaskType,
        "TaskStatus": tasks.TaskStatus,
    }.items():
        assert list(GRAPH.type_map[name].values) == list(get_args(literal)), name  # type: ignore[attr-defined]


@pytest.mark.parametrize("root", ["Query", "Mutation", "Subscription"])
def test_every_field_that_can_be_asked_names_its_permission(root: str) -> None:
    kind = GRAPH.type_map[root]
    assert isinstance(kind, GraphQLObjectType)
    for name, field in kind.fields.items():
        told = (field.description or "").rpartition("Needs `")[2].removesuffix("`.")
        assert told in PERMISSIONS, name
