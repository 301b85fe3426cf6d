"""Up, the demo, crashes and down, on an installation of its own; the tests follow each other on one platform."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from tests.support.installation import Installation, until
from tests.support.proc import shown

from crosswind.doors.cli.stack import files, processes
from crosswind.doors.cli.stack.keys import Keys
from crosswind.doors.cli.stack.layout import LOOPBACK
from crosswind.kit.embedded import EmbeddedPostgres
from crosswind_client import connect
from crosswind_client.metastore.v1 import metadata_pb2 as v1
from crosswind_client.metastore.v1.metadata_pb2_grpc import MetadataServiceStub

pytestmark = [pytest.mark.system, pytest.mark.timeout(900)]
MAPPED_LOOPBACK = "0000000000000000FFFF00000100007F:"
"""::ffff:127.0.0.1, which gRPC listens at for 127.0.0.1."""
SCHEMA_STATE = "SELECT attrelid::regclass::text, attname, xmin::text FROM pg_attribute WHERE attnum > 0 ORDER BY 1, 2"


@pytest.fixture(scope="module")
def installation() -> Iterator[Installation]:
    folder = Path(tempfile.mkdtemp(prefix="cw-life-"))
    folder.chmod(0o755)
    found = Installation(folder)
    yield found
    found.crosswind("down")
    assert found.left() == []
    shutil.rmtree(folder, ignore_errors=True)


def test_a_first_demo_does_the_whole_job_and_leaves_nothing_running(installation: Installation) -> None:
    done = installation.demo()
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}\n{installation.logs()}"
    for line in (
        r"up at http://127\.0\.0\.1:\d+",
        r"connection flights-demo is registered",
        r"\d+ of \d+ steps passed",
        r"3 schemas, 14 tables and views",
        r"14 objects read in full for the first time",
        r'column "dep_delay" renamed to "departure_delay"',
        r"removed +flights-demo\.aviation\.reporting\.airline_punctuality",
        r"downstream of flights: .*departures.*route_delays",
        r"[1-9]\d* +foreign keys",
        r"[1-9]\d* +view columns traced to their source",
        r"connection lake-demo is registered",
        r"S3 with 32 files at http://127\.0\.0\.1:\d+",
        r"6 datasets",
        r"6 objects read in full for the first time",
        r"14 +parquet files",
        r"email +[1-9]\d* hits, first: dataset .*crm/customers|email +[1-9]\d* hits, first: view .*frequent_flyers",
        r"parquet +[1-9]\d* hits, first: dataset lake-demo\.s3\.aviation-lake\.events/page_views",
        r"\d+\.\d +in all",
        r"/crosswind/platform/v1/login/\S+",
        r'with DAG\("first_query"',
    ):
        assert re.search(line, done.stdout), f"{line} is not in\n{done.stdout}"
    assert done.stdout.count("curl ") == 3
    assert installation.left() == []


def test_up_returns_when_healthy_and_tells_where(installation: Installation) -> None:
    installation.up()
    told = files.read_env(installation.run_folder / "crosswind.env")
    assert told["CROSSWIND_URL"] == f"http://127.0.0.1:{installation.environment['CROSSWIND_PORT']}/crosswind"
    headers = {"Authorization": f"Bearer {told['CROSSWIND_API_KEY']}"}
    for base in (told["CROSSWIND_URL"], told["CROSSWIND_FAB_URL"]):
        answer = httpx.get(f"{base}/platform/v1/me", headers=headers, trust_env=False, timeout=60)
        assert answer.status_code == 200, answer.text
        assert "connection:create" in answer.json()["permissions"]
    with connect(told["CROSSWIND_GRPC"], api_key=told["CROSSWIND_API_KEY"]) as channel:
        assert MetadataServiceStub(channel).ListAssets(v1.ListAssetsRequest(limit=3)).limit == 3
    assert installation.crosswind("status").returncode == 0
    assert "was up already" in installation.crosswind("up").stdout


def test_a_second_demo_says_that_nothing_changed_and_leaves_the_platform_up(installation: Installation) -> None:
    done = installation.demo()
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}\n{installation.logs()}"
    assert done.stdout.count("registered already, nothing changed") == 2
    assert "nothing changed, 6 objects are as they were" in done.stdout
    assert "nothing changed, 13 objects are as they were" in done.stdout
    assert 'column "dep_delay" renamed to "departure_delay"' in done.stdout
    assert installation.crosswind("status").returncode == 0


def test_the_login_link_works_once(installation: Installation) -> None:
    done = installation.demo()
    link = re.search(r"http://\S+/login/\S+", done.stdout)
    assert link is not None, done.stdout
    first = httpx.get(link[0], trust_env=False)
    assert first.status_code == 303
    assert re.fullmatch(r"/plugin/crosswind/assets/[0-9a-f-]+/lineage", first.headers["location"])
    page = httpx.get(link[0].split("/crosswind/")[0] + "/api/v2/version", cookies=first.cookies, trust_env=False)
    assert page.status_code == 200
    assert httpx.get(link[0], trust_env=False).status_code == 401


def test_a_given_source_is_read_only_and_its_address_is_nowhere(installation: Installation) -> None:
    canary = "canary-9f3c7e51"
    source = EmbeddedPostgres(
        installation.run_folder / "source", port=int(installation.environment["CROSSWIND_SOURCE_PORT"])
    )
    source.start()
    with source.connect("aviation") as connection:
        connection.execute(f"CREATE ROLE newcomer LOGIN PASSWORD '{canary}' IN ROLE pg_read_all_data")
        before = connection.execute(SCHEMA_STATE).fetchall()
    reading, writing = os.pipe()
    os.write(writing, f"postgresql://newcomer:{canary}@127.0.0.1:{source.port}/aviation\n".encode())
    os.close(writing)
    done = installation.given(reading)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    with source.connect("aviation") as connection:
        assert connection.execute(SCHEMA_STATE).fetchall() == before
    assert "nothing changed" in done.stdout
    assert "my-database" in done.stdout
    assert canary not in done.stdout + done.stderr
    for pid in processes.members(installation.run_folder):
        assert canary.encode() not in shown(pid)
    for found in installation.run_folder.rglob("*"):
        if found.is_file() and "server" not in found.parts:
            assert canary.encode() not in found.read_bytes(), found
    source.stop()


def test_files_with_secrets_are_private_and_no_environment_holds_one(installation: Installation) -> None:
    installation.up()
    run = installation.run_folder
    for name in ("keys.json", "api-keys.json", "admin-password", "crosswind.env", "airflow/airflow.cfg"):
        assert stat.S_IMODE((run / name).stat().st_mode) == 0o600, name
    keys = Keys(**files.read_json(run / "keys.json"))
    secrets = [
        keys.fernet_key,
        keys.jwt_secret,
        keys.secret_key,
        keys.admin_password,
        *files.read_json(run / "api-keys.json").values(),
    ]
    for pid in processes.members(run):
        seen = shown(pid)
        assert not [secret for secret in secrets if str(secret).encode() in seen], pid


def test_everything_listens_on_loopback_only(installation: Installation) -> None:
    installation.up()
    inodes = {link for pid in installation.left() for link in _sockets(pid)}
    listening = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    ours = [fields[1] for fields in listening if fields[3] == "0A" and fields[9] in inodes]
    assert ours
    assert all(address.startswith("0100007F:") for address in ours), ours
    six = [line.split() for line in Path("/proc/net/tcp6").read_text().splitlines()[1:]]
    open_six = [fields[1] for fields in six if fields[3] == "0A" and fields[9] in inodes]
    assert all(address.startswith(MAPPED_LOOPBACK) for address in open_six), open_six


def _sockets(pid: int) -> list[str]:
    found = []
    for link in Path(f"/proc/{pid}/fd").glob("*"):
        try:
            target = str(link.readlink())
        except OSError:
            continue
        if target.startswith("socket:["):
            found.append(target[8:-1])
    return found


@pytest.mark.parametrize("part", ["triggerer", "grpc", "postgres"])
def test_a_part_that_dies_is_started_again(installation: Installation, part: str) -> None:
    installation.up()
    old = installation.state().components[part]["pid"]
    os.kill(old, signal.SIGKILL)

    def back() -> bool:
        now = installation.state().components.get(part, {})
        return bool(now.get("running")) and now.get("pid") not in {None, old} and now.get("restarts", 0) >= 1

    until(back, 60, f"{part} did not come back: {installation.logs()}")
    until(lambda: installation.crosswind("status").returncode == 0, 120, f"not healthy: {installation.logs()}")


def test_down_leaves_nothing_when_supervisor_and_parts_were_killed(installation: Installation) -> None:
    installation.up()
    state = installation.state()
    for pid in (state.pid, state.components["scheduler"]["pid"], state.components["api-server"]["pid"]):
        os.kill(pid, signal.SIGKILL)
    assert installation.left()
    done = installation.crosswind("down")
    assert done.returncode == 0, done.stderr
    assert installation.left() == []
    assert installation.crosswind("status").returncode == 1


@pytest.mark.parametrize("setting", ["CROSSWIND_PORT", "CROSSWIND_GRPC_PORT"])
def test_a_port_in_use_is_named_with_the_setting_that_moves_it(installation: Installation, setting: str) -> None:
    installation.crosswind("down")
    port = int(installation.environment[setting])
    with socket.create_server((LOOPBACK, port)):
        done = installation.crosswind("up")
    assert done.returncode == 1
    assert str(port) in done.stderr
    assert setting in done.stderr
    assert installation.left() == []
