"""`crosswind grpc` as it runs: a process with its own port, health, reflection, certificates and end."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

import grpc
import pytest
import trustme
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message_factory import GetMessageClass
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase
from sqlalchemy import text
from tests.support.app import METASTORE, Rest
from tests.support.grpc import Grpc, refused, serving

from crosswind.doors.grpc.server import CannotServe
from crosswind.kit.embedded import EmbeddedPostgres
from crosswind_client import Tls
from crosswind_client.metastore.v1 import metadata_pb2 as v1
from crosswind_client.metastore.v1.metadata_pb2_grpc import MetadataServiceStub

Code = grpc.StatusCode
Status = health_pb2.HealthCheckResponse
MEGABYTE = 1024 * 1024
NAME = "metastore.v1.MetadataService"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def until(done: Callable[[], bool], said: str, seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline, said
        time.sleep(0.05)


def health(channel: grpc.Channel, service: str = "") -> int:
    try:
        answer = health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(service=service), timeout=5)
    except grpc.RpcError:
        return -1
    return int(answer.status)


class Process:
    """The command on a port of its own, over a store."""

    def __init__(self, store: str, folder: Path, port: int = 0) -> None:
        self.port = port or free_port()
        self.log = folder / "grpc.log"
        environment = {
            **os.environ,
            "AIRFLOW_HOME": str(folder / "airflow"),
            "AIRFLOW__CROSSWIND__STORE_URL": store,
        }
        command = [sys.executable, "-m", "crosswind.doors.cli.main", "grpc", "--port", str(self.port)]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)

    @property
    def target(self) -> str:
        return f"127.0.0.1:{self.port}"

    def resident(self) -> int:
        """The most memory that it ever held, in bytes."""
        told = Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8")
        return int(next(line for line in told.splitlines() if line.startswith("VmHWM")).split()[1]) * 1024

    def close(self) -> None:
        self.process.kill()
        self.process.wait()


@contextmanager
def running(store: str, folder: Path) -> Iterator[Process]:
    process = Process(store, folder)
    try:
        with grpc.insecure_channel(process.target, (("grpc.max_reconnect_backoff_ms", 500),)) as channel:
            until(lambda: health(channel) == Status.SERVING, "it does not serve")
        yield process
    finally:
        process.close()


def test_a_process_serves_bounds_its_memory_and_ends_in_order(store: str, tmp_path: Path) -> None:
    with Rest(store) as rest, running(store, tmp_path) as process:
        shown = {"metadata": (("x-api-key", rest.platform_key("asset:create", "asset:read", "asset:update")),)}
        huge = v1.CreateAssetRequest(type="TABLE", name="x", qualified_name="x", description="x" * (64 * MEGABYTE))
        with grpc.insecure_channel(process.target) as channel:
            calls = MetadataServiceStub(channel)
            made = calls.CreateAsset(v1.CreateAssetRequest(type="TABLE", name="x", qualified_name="x"), **shown)
            before = process.resident()
            for _ in range(3):
                assert refused(calls.CreateAsset, huge, **shown).code == Code.RESOURCE_EXHAUSTED
            assert process.resident() - before < 32 * MEGABYTE
            _ends_what_is_under_way(rest, process, calls, made.id, shown)
        assert "Traceback" not in process.log.read_text(encoding="utf-8")


def _ends_what_is_under_way(
    rest: Rest, process: Process, calls: MetadataServiceStub, identifier: str, shown: dict[str, object]
) -> None:
    with rest.platform.session() as holder:
        holder.execute(text("SELECT 1 FROM crosswind.assets FOR UPDATE"))
        under_way = calls.UpdateAsset.future(v1.UpdateAssetRequest(id=identifier, description="kept"), **shown)
        until(lambda: _waiting(rest), "the call never came to the lock")
        process.process.send_signal(signal.SIGTERM)
        until(lambda: refused(calls.GetTask, v1.GetTaskRequest(id="x")).code == Code.UNAVAILABLE, "it took new calls")
    assert under_way.result(10).description == "kept"
    assert process.process.wait(10) == 0


def _waiting(rest: Rest) -> bool:
    with rest.platform.session() as session:
        asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        return bool(session.scalar(text(asked)))


def test_a_port_that_is_taken_is_named_and_the_command_fails(store: str, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        process = Process(store, tmp_path, int(other.getsockname()[1]))
        try:
            assert process.process.wait(120) == 1
        finally:
            process.close()
    told = process.log.read_text(encoding="utf-8")
    assert f"Nothing can listen at {process.target}" in told
    assert "Traceback" not in told


@pytest.fixture
def server(rest: Rest) -> Iterator[Grpc]:
    with serving(rest) as found:
        yield found


def test_reflection_tells_the_service_to_grpcs_own_client(server: Grpc) -> None:
    database = ProtoReflectionDescriptorDatabase(server.plain())
    assert NAME in database.get_services()
    found = database.FindFileContainingSymbol(NAME)
    assert found.package == "metastore.v1"
    (service,) = found.service
    assert len(service.method) == 10
    asset = next(message for message in found.message_type if message.name == "Asset")
    told = {field.name: field.number for field in asset.field}
    printed = ["id", "type", "name", "qualified_name", "description", "metadata", "tags", "created_at", "updated_at"]
    assert [told[name] for name in printed] == list(range(1, 10))


def test_reflection_alone_is_enough_for_a_call(server: Grpc) -> None:
    asset = server.calls().CreateAsset(v1.CreateAssetRequest(type="TABLE", name="t", qualified_name="t"))
    channel = server.channel(api_key=server.rest.key("viewer"))
    pool = DescriptorPool(ProtoReflectionDescriptorDatabase(server.plain()))
    method = pool.FindServiceByName(NAME).FindMethodByName("GetAsset")
    asked, told = GetMessageClass(method.input_type), GetMessageClass(method.output_type)
    assert told is not v1.Asset
    call = channel.unary_unary(f"/{NAME}/GetAsset", asked.SerializeToString, told.FromString)
    answer = call(asked(id=asset.id))
    assert (answer.name, answer.qualified_name) == ("t", "t")


def test_health_follows_the_store(postgres: EmbeddedPostgres, store_template: str) -> None:
    postgres.create_database("grpc_health", template=store_template)
    with Rest(postgres.url("grpc_health")) as rest, serving(rest) as server:
        seen: list[int] = []
        watch = health_pb2_grpc.HealthStub(server.plain()).Watch(health_pb2.HealthCheckRequest(service=NAME))
        for answer in watch:
            seen.append(answer.status)
            if seen[-1] == Status.SERVING and Status.NOT_SERVING not in seen:
                postgres.drop_database("grpc_health")
            elif seen[-1] == Status.NOT_SERVING:
                postgres.create_database("grpc_health", template=store_template)
            elif Status.NOT_SERVING in seen:
                break
        watch.cancel()
        assert seen[-2:] == [Status.NOT_SERVING, Status.SERVING]
        assert health(server.plain()) == Status.SERVING
        assert health(server.plain(), "nobody.v1") == -1
    postgres.drop_database("grpc_health")


def test_many_that_watch_or_send_nothing_hold_nobody_up(rest: Rest) -> None:
    with serving(rest, grpc_threads=2, grpc_queue=2) as server:
        channel = server.plain()
        watches = [health_pb2_grpc.HealthStub(channel).Watch(health_pb2.HealthCheckRequest()) for _ in range(30)]
        silent = [channel.stream_unary(f"/{NAME}/ListAssets").future(_never()) for _ in range(30)]
        calls = server.calls()
        assert [calls.ListAssets(v1.ListAssetsRequest(), timeout=30).total for _ in range(3)] == [0, 0, 0]
        for each in (*watches, *silent):
            each.cancel()


def _never() -> Iterator[bytes]:
    time.sleep(3)
    yield b""


class TestTls:
    @pytest.fixture
    def authority(self) -> trustme.CA:
        return trustme.CA()

    def files(self, authority: trustme.CA, folder: Path) -> dict[str, str]:
        made = authority.issue_cert("localhost")
        (folder / "chain.pem").write_bytes(b"".join(part.bytes() for part in made.cert_chain_pems))
        made.private_key_pem.write_to_path(folder / "key.pem")
        authority.cert_pem.write_to_path(folder / "ca.pem")
        return {"grpc_certificate": str(folder / "chain.pem"), "grpc_key": str(folder / "key.pem")}

    def test_calls_go_over_verified_tls_alone(self, rest: Rest, authority: trustme.CA, tmp_path: Path) -> None:
        with serving(rest, **self.files(authority, tmp_path)) as server:
            shown = {"api_key": rest.key(), "target": server.target.replace("127.0.0.1", "localhost")}
            known = server.channel(Tls(tmp_path / "ca.pem"), **shown)
            assert MetadataServiceStub(known).ListAssets(v1.ListAssetsRequest()).total == 0
            trustme.CA().cert_pem.write_to_path(tmp_path / "other.pem")
            for channel in (server.channel(Tls(tmp_path / "other.pem"), **shown), server.channel(None, **shown)):
                told = refused(MetadataServiceStub(channel).CreateTask, v1.CreateTaskRequest(), timeout=5)
                assert told.code == Code.UNAVAILABLE

    def test_clients_show_certificates_where_they_are_asked_for(
        self, rest: Rest, authority: trustme.CA, tmp_path: Path
    ) -> None:
        files = self.files(authority, tmp_path) | {"grpc_client_ca": str(tmp_path / "ca.pem")}
        mine = authority.issue_cert("ana@example.com")
        mine.private_key_pem.write_to_path(tmp_path / "mine.key")
        mine.cert_chain_pems[0].write_to_path(tmp_path / "mine.pem")
        with serving(rest, **files) as server:
            shown = {"api_key": rest.key(), "target": server.target.replace("127.0.0.1", "localhost")}
            ours = Tls(tmp_path / "ca.pem", tmp_path / "mine.pem", tmp_path / "mine.key")
            assert MetadataServiceStub(server.channel(ours, **shown)).ListAssets(v1.ListAssetsRequest()).total == 0
            stranger = MetadataServiceStub(server.channel(Tls(tmp_path / "ca.pem"), **shown))
            assert refused(stranger.CreateTask, v1.CreateTaskRequest(), timeout=5).code == Code.UNAVAILABLE

    @pytest.mark.parametrize("missing", ["grpc_certificate", "grpc_key"])
    def test_half_a_configuration_starts_nothing(
        self, rest: Rest, authority: trustme.CA, tmp_path: Path, missing: str
    ) -> None:
        files = self.files(authority, tmp_path)
        with pytest.raises(CannotServe, match="both"), serving(rest, **{**files, missing: ""}):
            pass
        with pytest.raises(CannotServe, match="cannot be read"), serving(rest, **{**files, missing: "/nowhere"}):
            pass


def test_what_was_acknowledged_is_there_after_a_kill(store: str, tmp_path: Path) -> None:
    acknowledged: list[str] = []
    with Rest(store) as rest, running(store, tmp_path) as process:
        shown = {"metadata": (("x-api-key", rest.platform_key("asset:create", "asset:read")),), "timeout": 20}

        def write(writer: int) -> None:
            with grpc.insecure_channel(process.target) as channel:
                calls = MetadataServiceStub(channel)
                with suppress(grpc.RpcError):
                    for number in count():
                        name = f"kept{writer}x{number}"
                        asked = v1.CreateAssetRequest(type="TABLE", name=name, qualified_name=name, tags=[f"t{number}"])
                        calls.CreateAsset(asked, **shown)
                        acknowledged.append(name)

        with ThreadPoolExecutor(4) as writers:
            done = [writers.submit(write, writer) for writer in range(4)]
            until(lambda: len(acknowledged) > 40, "nothing is acknowledged")
            process.process.kill()
            wait(done)
        client = rest.client()
        hits = [client.get(f"{METASTORE}/search", params={"q": name}).json()["results"] for name in acknowledged]
        assert [found[0]["asset"]["name"] for found in hits] == acknowledged
        with rest.platform.session() as session:
            kept = session.scalars(text("SELECT name FROM crosswind.assets")).all()
            told = session.scalars(
                text("SELECT after ->> 'name' FROM crosswind.audit WHERE entity_type = 'ASSET'")
            ).all()
    assert set(acknowledged) <= set(kept)
    assert sorted(kept) == sorted(told), "each with its audit, and no audit without it"
