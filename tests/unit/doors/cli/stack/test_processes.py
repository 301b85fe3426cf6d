"""Finding processes by marker and session, and restarts within limits."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from crosswind.doors.cli.stack import components, processes
from crosswind.doors.cli.stack.components import RESTARTS, Component
from crosswind.doors.cli.stack.layout import MARKER, Layout, StackError
from crosswind.doors.cli.stack.state import State, supervised, supervision

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', flush=True); time.sleep(60)",
]


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    (tmp_path / "run" / "logs").mkdir(parents=True)
    return Layout(tmp_path, tmp_path / "run", 8080, 5433, 1, ())


@pytest.fixture
def started() -> Iterator[list[subprocess.Popen[bytes]]]:
    found: list[subprocess.Popen[bytes]] = []
    yield found
    for process in found:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def test_members_are_found_by_marker_and_by_session(layout: Layout, started: list[subprocess.Popen[bytes]]) -> None:
    child = (
        "import subprocess, sys; p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'], env={})"
    )
    command = [sys.executable, "-c", f"{child}; print(p.pid, flush=True); p.wait()"]
    marked = subprocess.Popen(command, env={MARKER: str(layout.run)}, start_new_session=True, stdout=subprocess.PIPE)
    stranger = subprocess.Popen(SLEEP, env={MARKER: f"{layout.run}-other"}, start_new_session=True)
    started += [marked, stranger]
    assert marked.stdout is not None
    bare = int(marked.stdout.readline())
    assert processes.members(layout.run) == {marked.pid, bare}
    assert processes.kill(processes.members(layout.run)) == set()
    assert stranger.poll() is None


def test_the_caller_is_no_member_of_what_it_ends(layout: Layout) -> None:
    script = (
        "from crosswind.doors.cli.stack.processes import members; from pathlib import Path; import sys;"
        "print(sorted(members(Path(sys.argv[1]))))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(layout.run)],
        env={MARKER: str(layout.run)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == "[]"


def test_what_ignores_a_polite_end_is_killed(layout: Layout, started: list[subprocess.Popen[bytes]]) -> None:
    process = subprocess.Popen(STUBBORN, stdout=subprocess.PIPE)
    started.append(process)
    assert process.stdout is not None
    process.stdout.readline()
    assert processes.end([process.pid], 0.3) == {process.pid}
    assert processes.kill([process.pid]) == set()


def test_a_part_that_ends_again_and_again_is_given_up(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr(components.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(components.sys, "executable", "/bin/false")
    part = Component("triggerer", layout)
    part.start()
    watched = []
    for _ in range(200):
        if part.process is not None:
            part.process.wait()
        watched.append(part.watch())
        now[0] += 1
        if not watched[-1]:
            break
    assert watched[-1] is False
    assert part.restarts == RESTARTS


def test_a_part_that_ends_rarely_is_always_started_again(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr(components.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(components.sys, "executable", "/bin/false")
    part = Component("triggerer", layout)
    part.start()
    for _ in range(3 * RESTARTS):
        assert part.process is not None
        part.process.wait()
        assert part.watch() is True
        now[0] += components.WINDOW_SECONDS
        assert part.watch() is True


def test_one_supervisor_a_run_folder(layout: Layout) -> None:
    assert not supervised(layout)
    with supervision(layout):
        assert supervised(layout)
        with pytest.raises(StackError, match="runs already"), supervision(layout, patience=0):
            pass
    assert not supervised(layout)


def test_state_is_what_was_written(layout: Layout) -> None:
    assert State.read(layout) == State()
    State(pid=7, phase="healthy", steps=[["one", 0.5]]).write(layout)
    assert State.read(layout).steps == [["one", 0.5]]
