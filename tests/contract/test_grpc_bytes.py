"""Bytes that are no messages, messages that mean nothing, and more bytes than fit: refused, never an internal error."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import grpc
import pytest
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from tests.support.app import Rest
from tests.support.grpc import Grpc, refused, serving

from crosswind.doors.grpc.service import CALLS, NAME
from crosswind.kit.embedded import EmbeddedPostgres
from crosswind_client.metastore.v1 import metadata_pb2 as v1

Code = grpc.StatusCode
OURS = {Code.INTERNAL, Code.UNKNOWN}
"""What would be our fault."""
MEGABYTE = 1024 * 1024
FUZZED = settings(
    max_examples=int(os.environ.get("CROSSWIND_FUZZ", "150")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(scope="module")
def server(postgres: EmbeddedPostgres, store_template: str) -> Iterator[Grpc]:
    postgres.create_database("grpc_bytes", template=store_template)
    with Rest(postgres.url("grpc_bytes")) as rest, serving(rest) as running:
        yield running
    postgres.drop_database("grpc_bytes")


@pytest.fixture(scope="module")
def key(server: Grpc) -> str:
    return server.rest.key()


def raw(server: Grpc, name: str) -> Any:
    """The call as bytes in and bytes out."""
    return server.plain().unary_unary(f"/{NAME}/{name}")


def outcome(call: Any, body: bytes, key: str) -> grpc.StatusCode:
    try:
        call(body, metadata=(("x-api-key", key),), timeout=20)
    except grpc.RpcError as error:
        found: grpc.StatusCode = error.code()
        return found
    return Code.OK


def rows(server: Grpc) -> tuple[int, ...]:
    counted = "SELECT (SELECT count(*) FROM crosswind.assets), (SELECT count(*) FROM crosswind.tags)"
    with server.rest.platform.session() as session:
        return tuple(session.execute(text(counted)).one())


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize(
    "body",
    [b"\xff", b"\x0a\xff", b"\x0a\x02\xc3\x28", b"\x07", b"\x0b" * 1000,
     b"\x12\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01"],
    ids=["tag", "length", "no UTF-8", "wire type", "groups", "varint"],
)  # fmt: skip
def test_bytes_that_are_no_message_are_told_as_such(server: Grpc, key: str, name: str, body: bytes) -> None:
    told = refused(raw(server, name), body, metadata=(("x-api-key", key),))
    assert (told.code, told.fields) == (Code.INVALID_ARGUMENT, ["message"])


def test_nobody_learns_whether_bytes_are_a_message(server: Grpc) -> None:
    assert refused(raw(server, "GetAsset"), b"\xff").code == Code.UNAUTHENTICATED


def test_a_struct_nested_deeper_than_parsers_go_is_refused(server: Grpc, key: str) -> None:
    body = b""
    for _ in range(200):
        inner = b"\x0a" + _length(body) + body
        body = b"\x2a" + _length(inner) + inner
    nested = b"\x0a" + _length(body) + body
    told = refused(raw(server, "CreateTask"), b"\x1a" + _length(nested) + nested, metadata=(("x-api-key", key),))
    assert told.code == Code.INVALID_ARGUMENT


def _length(body: bytes) -> bytes:
    number, out = len(body), b""
    while number > 127:
        out += bytes([number & 127 | 128])
        number >>= 7
    return out + bytes([number])


@given(name=st.sampled_from(sorted(CALLS)), body=st.binary(max_size=300))
@FUZZED
def test_any_bytes_are_answered_or_refused(server: Grpc, key: str, name: str, body: bytes) -> None:
    assert outcome(_opened(server, name), body, key) not in OURS


WORDS = st.one_of(
    st.text(max_size=20),
    st.sampled_from(["TABLE", "DEPENDS_ON", "CRAWL", "a\x00b", "\u202e", "x" * 600, "name:asc", "%", "' OR 1=1 --"]),
    st.uuids().map(str),
)
KINDS = {
    FieldDescriptor.TYPE_STRING: WORDS,
    FieldDescriptor.TYPE_BOOL: st.booleans(),
    FieldDescriptor.TYPE_INT32: st.one_of(st.integers(-2, 120), st.integers(-(2**31), 2**31 - 1)),
    FieldDescriptor.TYPE_INT64: st.one_of(st.integers(-2, 120), st.integers(-(2**63), 2**63 - 1)),
    FieldDescriptor.TYPE_DOUBLE: st.floats(),
}


def fill(draw: Any, message: Message, depth: int = 3) -> Message:
    """Some of the fields with values of their kind, whether they mean something or not."""
    for field in message.DESCRIPTOR.fields:
        if not draw(st.booleans()):
            continue
        if field.message_type is None:
            _set(message, field, draw)
        elif field.message_type.GetOptions().map_entry:
            if depth:
                fill(draw, getattr(message, field.name)[draw(WORDS)], depth - 1)
        elif depth:
            held = getattr(message, field.name)
            held = held.add() if field.is_repeated else held
            held.SetInParent()
            fill(draw, held, depth - 1)
    return message


def _set(message: Message, field: Any, draw: Any) -> None:
    kind = KINDS.get(field.type, st.just(0))
    if field.is_repeated:
        getattr(message, field.name).extend(draw(st.lists(kind, max_size=4)))
    else:
        setattr(message, field.name, draw(kind))


@given(data=st.data())
@FUZZED
def test_any_message_is_answered_or_refused_and_a_refused_one_writes_nothing(
    server: Grpc, key: str, data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from([name for name in CALLS if name != "CreateTask"]))
    message = fill(data.draw, CALLS[name].takes())
    before = rows(server)
    found = outcome(_opened(server, name), message.SerializeToString(), key)
    assert found not in OURS
    assert found == Code.OK or rows(server) == before


_stubs: dict[tuple[str, str], Any] = {}


def _opened(server: Grpc, name: str) -> Any:
    return _stubs.setdefault((server.target, name), raw(server, name))


def test_a_compressed_message_is_not_unpacked(server: Grpc, key: str) -> None:
    channel = grpc.insecure_channel(server.target, compression=grpc.Compression.Gzip)
    body = v1.CreateAssetRequest(type="TABLE", name="x", qualified_name="x", description="x" * (200 * MEGABYTE))
    try:
        call = channel.unary_unary(f"/{NAME}/CreateAsset")
        assert outcome(call, body.SerializeToString(), key) == Code.UNIMPLEMENTED
    finally:
        channel.close()


def test_an_unknown_call_is_unimplemented(server: Grpc, key: str) -> None:
    assert outcome(raw(server, "DropEverything"), b"", key) == Code.UNIMPLEMENTED
