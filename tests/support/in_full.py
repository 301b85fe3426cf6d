"""An asset in full by REST, GraphQL and gRPC, each of REST's keys by itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import httpx
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message
from tests.support.app import METASTORE
from tests.support.graphql import GRAPHQL
from tests.support.protocols import camel

from crosswind_client.metastore.v1 import metadata_pb2 as v1
from crosswind_client.metastore.v1.metadata_pb2_grpc import MetadataServiceStub

Shape = Mapping[str, Any]
"""What a key's value is read by: a function, or the shape of an object or of each of a list."""


def plain(value: Any) -> Any:
    return value


def number(value: Any) -> int:
    return int(value or 0)


def moment(value: Any) -> int:
    """Milliseconds, which is what gRPC tells."""
    text = str(value or 0)
    return int(text) if text.isdigit() else int(datetime.fromisoformat(text).timestamp() * 1000 + 1e-3)


def names(value: Any) -> list[str]:
    """Of tags, which REST tells by their names."""
    return sorted(each["name"] if isinstance(each, dict) else each for each in value or ())


def _plainly(text: str) -> dict[str, Any]:
    return dict.fromkeys(text.split(), plain)


PERSON: Shape = _plainly("id name")
COLUMN: Shape = {
    **_plainly("id name type nullable position default identity generated comment description classification"),
    **_plainly("primary_key unique references"),
    "tags": names,
    "propagated_tags": _plainly("tag from_asset from_name from_column depth"),
}
ASSET: Shape = {
    **_plainly("id type name qualified_name description metadata classification connection_id domain terms products"),
    **dict.fromkeys(("created_at", "updated_at", "crawled_at", "removed_at"), moment),
    **dict.fromkeys(("version", "source_version"), number),
    "tags": names,
    "owners": _plainly("kind name role"),
    "propagated_tags": _plainly("tag from_asset from_name depth"),
    "created_by": PERSON,
    "schema": COLUMN,
}
TAG: Shape = {
    **_plainly("id name category description propagates"), "propagation_depth": number, "created_at": moment,
}  # fmt: skip
PAIR: Shape = _plainly("upstream downstream")
EDGE: Shape = {**_plainly("id type metadata"), "created_at": moment}
MADE: Shape = {**EDGE, "origin": plain, "created_by": PERSON}
WALKED: Shape = {**EDGE, "columns": PAIR}
IN_GRPC = {"from_asset": "from_asset_id", "default": "default_value"}


def read(found: Mapping[str, Any], shape: Shape, named: Callable[[str], str] = plain) -> dict[str, Any]:
    """The values by REST's keys; what is empty is None, as gRPC has nothing between."""
    return {name: _value(found.get(named(name)), kind, named) or None for name, kind in shape.items()}


def _value(value: Any, kind: Any, named: Callable[[str], str]) -> Any:
    if not isinstance(kind, Mapping) or value is None:
        return kind(value) if callable(kind) else None
    return [read(each, kind, named) for each in value] if isinstance(value, list) else read(value, kind, named)


def selection(shape: Shape) -> str:
    """The shape as GraphQL asks for it."""
    inner = {name: " { name }" if kind is names else "" for name, kind in shape.items()}
    inner |= {name: f" {{ {selection(kind)} }}" for name, kind in shape.items() if isinstance(kind, Mapping)}
    return " ".join(camel(name) + more for name, more in inner.items())


def over_rest(client: httpx.Client, asset: str) -> dict[str, Any]:
    """The answer as it is."""
    found: dict[str, Any] = client.get(f"{METASTORE}/assets/{asset}").raise_for_status().json()
    return found


def over_graphql(client: httpx.Client, asset: str) -> dict[str, Any]:
    """By REST's keys."""
    query = f"query($id: ID!) {{ asset(id: $id) {{ {selection(ASSET)} }} }}"
    return read(asked(client, query, id=asset), ASSET, camel)


def asked(client: httpx.Client, query: str, **variables: Any) -> Any:
    """The only field of GraphQL's answer."""
    answer = client.post(GRAPHQL, json={"query": query, "variables": variables}).json()
    assert "errors" not in answer, answer["errors"]
    (found,) = answer["data"].values()
    return found


def over_grpc(stub: MetadataServiceStub, asset: str) -> dict[str, Any]:
    """By REST's keys."""
    return of_message(stub.GetAsset(v1.GetAssetRequest(id=asset)), ASSET)


def of_message(message: Message, shape: Shape) -> dict[str, Any]:
    """A message by REST's keys."""
    found = MessageToDict(message, preserving_proto_field_name=True)
    return read(found, shape, lambda name: IN_GRPC.get(name, name))
