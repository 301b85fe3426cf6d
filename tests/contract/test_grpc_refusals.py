"""What the gRPC door refuses, and how it tells: who may not, what is gone, stale or wrong, and what takes too long."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import grpc
import pytest
from google.rpc import error_details_pb2
from sqlalchemy import text
from tests.support.app import METASTORE, Rest
from tests.support.catalog import ok
from tests.support.grpc import Grpc, refused, serving

from crosswind.doors.grpc.service import CALLS
from crosswind.kit.embedded import EmbeddedPostgres
from crosswind_client.metastore.v1 import metadata_pb2 as v1
from crosswind_client.metastore.v1.metadata_pb2_grpc import MetadataServiceStub

Code = grpc.StatusCode
NOBODY = str(uuid4())


@pytest.fixture
def server(rest: Rest) -> Iterator[Grpc]:
    with serving(rest) as running:
        yield running


@pytest.fixture
def calls(server: Grpc) -> MetadataServiceStub:
    return server.calls()


def board(calls: MetadataServiceStub, name: str = "sales") -> v1.Asset:
    return calls.CreateAsset(v1.CreateAssetRequest(type="DASHBOARD", name=name, qualified_name=f"bi.{name}"))


def denials(rest: Rest) -> list[Any]:
    with rest.platform.session() as session:
        asked = "SELECT action, entity_id, after FROM crosswind.audit WHERE outcome = 'denied' ORDER BY at"
        return list(session.execute(text(asked)).all())


class TestWho:
    @pytest.mark.parametrize("name", CALLS)
    def test_nobody_is_let_in_and_it_is_audited(self, rest: Rest, server: Grpc, name: str) -> None:
        stub = MetadataServiceStub(server.channel())
        told = refused(getattr(stub, name), CALLS[name].takes())
        assert (told.code, told.reason) == (Code.UNAUTHENTICATED, "UNAUTHORIZED")

    def test_a_key_that_is_none_is_refused(self, rest: Rest, server: Grpc) -> None:
        for shown in ({"api_key": "cwk_nonsense"}, {"token": "cwk_nonsense"}, {"token": "a.b.c"}, {"token": "x"}):
            stub = MetadataServiceStub(server.channel(**shown))
            assert refused(stub.GetAsset, v1.GetAssetRequest(id=NOBODY)).code == Code.UNAUTHENTICATED, shown

    def test_a_bearer_token_and_a_key_are_worth_the_same(self, rest: Rest, server: Grpc) -> None:
        rest.people.add("ana", "platform_admin")
        key = rest.key()
        for shown in ({"api_key": key}, {"token": key}, {"token": "token.ana.x"}):
            assert MetadataServiceStub(server.channel(**shown)).ListAssets(v1.ListAssetsRequest()).total == 0, shown

    @pytest.mark.parametrize("name", [name for name, call in CALLS.items() if not call.permission.endswith(":read")])
    def test_a_viewer_may_only_read_and_the_attempt_is_audited(self, rest: Rest, server: Grpc, name: str) -> None:
        told = refused(getattr(server.calls("viewer"), name), CALLS[name].takes())
        assert (told.code, told.reason) == (Code.PERMISSION_DENIED, "FORBIDDEN")
        assert told.facts["permission"] == CALLS[name].permission
        (row,) = denials(rest)
        assert row.entity_id == f"gRPC metastore.v1.MetadataService/{name}"
        assert "127.0.0.1" in str(row.after)

    def test_tenants_are_apart(self, rest: Rest, server: Grpc, calls: MetadataServiceStub) -> None:
        made = board(calls)
        theirs = server.calls(tenant="acme")
        for call, request in (
            (theirs.GetAsset, v1.GetAssetRequest(id=made.id)),
            (theirs.UpdateAsset, v1.UpdateAssetRequest(id=made.id, description="taken over")),
            (theirs.DeleteAsset, v1.DeleteAssetRequest(id=made.id)),
            (theirs.GetLineage, v1.GetLineageRequest(asset_id=made.id)),
        ):
            assert refused(call, request).code == Code.NOT_FOUND
        assert theirs.ListAssets(v1.ListAssetsRequest()).total == 0
        assert theirs.Search(v1.SearchRequest(query="sales")).total == 0
        assert board(theirs).id != made.id, "a name is free in each tenant"
        assert calls.GetAsset(v1.GetAssetRequest(id=made.id)).description == ""

    def test_a_tenant_that_the_caller_does_not_hold_is_refused(self, rest: Rest, server: Grpc) -> None:
        stub = MetadataServiceStub(server.channel(api_key=rest.key(), tenant="acme"))
        assert refused(stub.ListAssets, v1.ListAssetsRequest()).code == Code.PERMISSION_DENIED

    def test_calls_count_against_the_rate_limit(self, store: str) -> None:
        with Rest(store, rate_limit=3) as rest, serving(rest) as server:
            calls = server.calls()
            for _ in range(3):
                calls.ListAssets(v1.ListAssetsRequest())
            told = refused(calls.ListAssets, v1.ListAssetsRequest())
            assert (told.code, told.reason) == (Code.RESOURCE_EXHAUSTED, "RATE_LIMITED")
            assert told.detail(error_details_pb2.RetryInfo).retry_delay.seconds > 0


class TestWhat:
    def test_what_is_not_there_is_told_with_its_id_and_the_requests(self, calls: MetadataServiceStub) -> None:
        told = refused(calls.GetAsset, v1.GetAssetRequest(id=NOBODY), metadata=(("x-request-id", "mine-1"),))
        assert (told.code, told.reason) == (Code.NOT_FOUND, "ASSET_NOT_FOUND")
        assert told.facts == {"asset_id": NOBODY}
        assert told.message == f"Asset '{NOBODY}' not found"
        assert told.trailing["x-request-id"] == "mine-1"
        assert told.detail(error_details_pb2.RequestInfo).request_id == "mine-1"

    def test_an_answer_carries_the_request_id_too(self, calls: MetadataServiceStub) -> None:
        _, call = calls.ListAssets.with_call(v1.ListAssetsRequest(), metadata=(("x-request-id", "no plain token"),))
        assert dict(call.trailing_metadata())["x-request-id"].startswith("req-")

    def test_a_stale_version_is_aborted_with_the_present_one(self, calls: MetadataServiceStub) -> None:
        made = board(calls)
        calls.UpdateAsset(v1.UpdateAssetRequest(id=made.id, description="new", version=1))
        for call, request in (
            (calls.UpdateAsset, v1.UpdateAssetRequest(id=made.id, description="late", version=1)),
            (calls.DeleteAsset, v1.DeleteAssetRequest(id=made.id, version=1)),
        ):
            told = refused(call, request)
            assert (told.code, told.reason, told.facts["version"]) == (Code.ABORTED, "VERSION_CONFLICT", "2")
        assert calls.GetAsset(v1.GetAssetRequest(id=made.id)).description == "new"

    def test_a_taken_name_exists_already(self, calls: MetadataServiceStub) -> None:
        board(calls)
        asked = v1.CreateAssetRequest(type="TABLE", name="other", qualified_name="bi.sales")
        assert refused(calls.CreateAsset, asked).code == Code.ALREADY_EXISTS

    @pytest.mark.parametrize(
        ("name", "fields", "wrong"),
        [
            ("GetAsset", {"id": "nonsense"}, "id"),
            ("GetAsset", {}, "id"),
            ("ListAssets", {"limit": 101}, "limit"),
            ("ListAssets", {"limit": -1}, "limit"),
            ("ListAssets", {"offset": -1}, "offset"),
            ("ListAssets", {"type": "THING"}, "type"),
            ("ListAssets", {"sort": "key:asc"}, "sort"),
            ("ListAssets", {"created_after": 2**62}, "created_after"),
            ("CreateAsset", {"type": "TABLE", "name": "x"}, "qualified_name"),
            ("CreateAsset", {"type": "TABLE", "name": "a\x00b", "qualified_name": "x"}, "name"),
            ("CreateAsset", {"type": "TABLE", "name": "a\u202eb", "qualified_name": "x"}, "name"),
            ("CreateAsset", {"type": "TABLE", "name": "x", "qualified_name": "x", "tags": [""]}, "tags.0"),
            ("UpdateAsset", {"id": NOBODY, "description": "\x00"}, "description"),
            ("UpdateAsset", {"id": NOBODY, "clear": ["name"]}, "clear"),
            ("UpdateAsset", {"id": NOBODY, "clear": ["metadata"], "metadata": {"a": 1}}, "clear"),
            ("UpdateAsset", {"id": NOBODY, "columns": [{"name": "a", "clear": ["metadata"]}]}, "columns.0.clear"),
            ("UpdateAsset", {"id": NOBODY, "columns": [{"name": "c", "tags": {"names": ["\x00"]}}]},
             "columns.0.tags.names"),
            ("GetLineage", {"asset_id": NOBODY, "depth": 11}, "depth"),
            ("GetLineage", {"asset_id": NOBODY, "direction": "up"}, "direction"),
            ("CreateRelationship", {"source_asset_id": "x", "target_asset_id": NOBODY, "type": "USES"},
             "source_asset_id"),
            ("Search", {"query": "\x00"}, "query"),
            ("CreateTask", {"type": "THING"}, "type"),
            ("GetTask", {"id": "../x"}, "id"),
        ],
    )  # fmt: skip
    def test_what_is_wrong_is_named_by_its_field(
        self, calls: MetadataServiceStub, name: str, fields: dict[str, Any], wrong: str
    ) -> None:
        told = refused(getattr(calls, name), CALLS[name].takes(**fields))
        assert (told.code, told.reason) == (Code.INVALID_ARGUMENT, "INVALID_REQUEST")
        assert wrong in told.fields

    @pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
    def test_numbers_that_json_has_not_are_refused(self, calls: MetadataServiceStub, number: float) -> None:
        asked = v1.CreateAssetRequest(type="TABLE", name="x", qualified_name="x")
        asked.metadata.fields["deep"].struct_value.fields["n"].list_value.values.add(number_value=number)
        told = refused(calls.CreateAsset, asked)
        assert (told.code, told.fields) == (Code.INVALID_ARGUMENT, ["metadata.deep.n.0"])

    def test_details_fit_into_what_clients_take(self, calls: MetadataServiceStub) -> None:
        asked = v1.CreateAssetRequest(type="ü" * 100_000, name="ü" * 100_000, qualified_name="", tags=["ü" * 500] * 200)
        told = refused(calls.CreateAsset, asked)
        assert told.code == Code.INVALID_ARGUMENT
        assert {"type", "name", "qualified_name"} <= set(told.fields)


class TestTime:
    def test_an_expired_call_stops_in_the_store_and_writes_nothing(
        self, rest: Rest, server: Grpc, calls: MetadataServiceStub
    ) -> None:
        made = board(calls)
        with rest.platform.session() as holder:
            holder.execute(text("SELECT 1 FROM crosswind.assets FOR UPDATE"))
            begun = time.monotonic()
            asked = v1.UpdateAssetRequest(id=made.id, description="late")
            assert refused(calls.UpdateAsset, asked, timeout=0.5).code == Code.DEADLINE_EXCEEDED
            assert time.monotonic() - begun < 60
            _until(lambda: _waiting(rest) == 0, "its statement went on")
        assert calls.GetAsset(v1.GetAssetRequest(id=made.id)).description == ""

    def test_a_cancelled_call_stops_in_the_store_and_writes_nothing(
        self, rest: Rest, server: Grpc, calls: MetadataServiceStub
    ) -> None:
        made = board(calls)
        with rest.platform.session() as holder:
            holder.execute(text("SELECT 1 FROM crosswind.assets FOR UPDATE"))
            running = calls.DeleteAsset.future(v1.DeleteAssetRequest(id=made.id), timeout=30)
            _until(lambda: _waiting(rest) == 1, "it never came to the lock")
            running.cancel()
            _until(lambda: _waiting(rest) == 0, "its statement went on")
        assert calls.GetAsset(v1.GetAssetRequest(id=made.id)).version == 1

    def test_more_calls_than_fit_are_refused_at_once(self, store: str) -> None:
        with Rest(store) as rest, serving(rest, grpc_threads=1, grpc_queue=1) as server:
            calls = server.calls()
            made = board(calls)
            with rest.platform.session() as holder:
                holder.execute(text("SELECT 1 FROM crosswind.assets FOR UPDATE"))
                asked = v1.UpdateAssetRequest(id=made.id, description="waits")
                running = [calls.UpdateAsset.future(asked, timeout=60) for _ in range(2)]
                _until(lambda: _waiting(rest) == 1, "nothing came to the lock")
                told = refused(calls.ListAssets, v1.ListAssetsRequest())
                assert (told.code, told.reason) == (Code.RESOURCE_EXHAUSTED, "SERVICE_UNAVAILABLE")
                assert told.detail(error_details_pb2.RetryInfo).retry_delay.seconds > 0
            assert [each.result().description for each in running] == ["waits", "waits"]
            assert calls.ListAssets(v1.ListAssetsRequest()).total == 1

    def test_given_up_calls_leave_room_for_others(self, store: str) -> None:
        with Rest(store) as rest, serving(rest, grpc_threads=1, grpc_queue=2) as server:
            calls = server.calls()
            made = board(calls)
            with rest.platform.session() as holder:
                holder.execute(text("SELECT 1 FROM crosswind.assets FOR UPDATE"))
                for _ in range(3):
                    asked = v1.UpdateAssetRequest(id=made.id, description="late")
                    running = [calls.UpdateAsset.future(asked, timeout=0.3) for _ in range(3)]
                    assert {each.code() for each in running} == {Code.DEADLINE_EXCEEDED}
                    _until(lambda: _answers(calls), "a place was kept for what was given up")
            assert calls.GetAsset(v1.GetAssetRequest(id=made.id)).version == 1


class TestTheStoreAway:
    def test_it_is_unavailable_and_nothing_of_it_is_told(self, postgres: EmbeddedPostgres, store_template: str) -> None:
        postgres.create_database("grpc_away", template=store_template)
        with Rest(postgres.url("grpc_away")) as rest, serving(rest) as server:
            calls = server.calls()
            assert calls.ListAssets(v1.ListAssetsRequest()).total == 0
            postgres.drop_database("grpc_away")
            told = refused(calls.CreateAsset, v1.CreateAssetRequest())
            assert (told.code, told.reason) == (Code.UNAVAILABLE, "SERVICE_UNAVAILABLE")
            assert "grpc_away" not in told.message
            assert "psycopg" not in str(told.trailing)


def test_rest_shows_what_no_refused_call_may_have_written(rest: Rest, calls: MetadataServiceStub) -> None:
    asked = v1.CreateAssetRequest(type="TABLE", name="x", qualified_name="x", tags=["new"], classification="unheard of")
    assert refused(calls.CreateAsset, asked).code == Code.INVALID_ARGUMENT
    client = rest.client()
    assert ok(client.get(f"{METASTORE}/assets"))["data"] == []
    assert ok(client.get(f"{METASTORE}/tags"))["data"] == []


def _waiting(rest: Rest) -> int:
    with rest.platform.session() as session:
        asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        return int(session.scalar(text(asked)) or 0)


def _answers(calls: MetadataServiceStub) -> bool:
    try:
        return bool(calls.ListAssets(v1.ListAssetsRequest()).total)
    except grpc.RpcError:
        return False


def _until(done: Any, said: str) -> None:
    deadline = time.monotonic() + 10
    while not done():
        assert time.monotonic() < deadline, said
        time.sleep(0.05)
