"""Break one line at a time in a copy of what is committed, and see whether its test notices."""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tarfile
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from pathlib import Path

import msgspec

HERE = Path(__file__).parent
REPOSITORY = HERE.parents[1]
KEPT = ("--", ":!ui", ":!docs/screenshots", ":!dist")
FAILED = 1
_FAILING = re.compile(r"^(?:FAILED|ERROR) (\S+)", re.MULTILINE)


class Mutation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line broken on purpose, the test that must fail then, and the promise that both are about."""

    promise: str
    file: str
    old: str
    new: str
    test: str


class Copy:
    """The repository as committed, in a folder of its own, with the interpreter of this one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        packages = (str(path) for path in sorted(folder.glob("providers/*/src")))
        self.environment = os.environ | {"PYTHONPATH": os.pathsep.join(packages), "PYTHONDONTWRITEBYTECODE": "1"}

    @classmethod
    def made(cls, folder: Path) -> Copy:
        """Unpack the last commit and make sure that Python imports from there."""
        packed = subprocess.run(["git", "archive", "HEAD", *KEPT], cwd=REPOSITORY, check=True, capture_output=True)
        with tarfile.open(fileobj=BytesIO(packed.stdout)) as archive:
            archive.extractall(folder, filter="data")
        copy = cls(folder)
        where = copy.python("-c", "import crosswind; print(crosswind.__file__)").stdout.strip()
        if not where.startswith(f"{folder}{os.sep}"):
            raise SystemExit(f"tests would import {where}, not the copy in {folder}")
        return copy

    def python(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run Python in the copy and keep what it says."""
        command = [sys.executable, *words]
        return subprocess.run(
            command, cwd=self.folder, env=self.environment, check=False, capture_output=True, text=True
        )

    def tested(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run these tests."""
        return self.python("-m", "pytest", "-q", "-p", "no:cacheprovider", "--timeout=120", "--tb=no", "-rfE", *words)

    def failing(self, nodes: Iterable[str]) -> tuple[str, ...]:
        """Tests that fail before anything is broken: they prove nothing."""
        said = self.tested(*dict.fromkeys(nodes)).stdout
        return tuple(_FAILING.findall(said))

    def judge(self, mutation: Mutation, failing: Sequence[str]) -> str:
        """Break the line, run its test, and put the line back."""
        if any(each.startswith(mutation.test) for each in failing):
            return "broken: its test fails as it stands"
        path = self.folder / mutation.file
        whole = path.read_text() if path.exists() else ""
        if whole.count(mutation.old) != 1:
            return f"stale: its text stands {whole.count(mutation.old)} times in the file"
        path.write_text(whole.replace(mutation.old, mutation.new))
        try:
            answer = self.tested("-x", mutation.test)
        finally:
            path.write_text(whole)
        if answer.returncode == 0:
            return "survived"
        return "killed" if answer.returncode == FAILED else f"broken: {_last(answer)}"


def _last(answer: subprocess.CompletedProcess[str]) -> str:
    lines = (answer.stdout + answer.stderr).strip().splitlines()
    return lines[-1] if lines else f"exit {answer.returncode}"


def table(words: Sequence[str]) -> Iterator[Mutation]:
    """Give the rows that hold every one of the words somewhere."""
    for path in sorted(HERE.glob("*.toml")):
        for row in tomllib.loads(path.read_text())["mutation"]:
            if all(word.lower() in " ".join(row.values()).lower() for word in words):
                yield msgspec.convert(row, Mutation)


def main() -> int:
    """Judge the chosen rows one after another; what is not killed makes the exit 1."""
    parser = argparse.ArgumentParser(prog="scripts/mutations", description=__doc__)
    parser.add_argument("words", nargs="*", help="only rows that hold these words")
    rows = list(table(parser.parse_args().words))
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="cw-mutations-") as folder:
        copy = Copy.made(Path(folder).resolve())
        failing = copy.failing(row.test for row in rows)
        for row in rows:
            began = time.monotonic()
            verdict = copy.judge(row, failing)
            counts[verdict.partition(":")[0]] += 1
            print(f"{verdict:<9} {time.monotonic() - began:5.1f} s  {row.promise}  [{row.file}]", flush=True)
    print(", ".join(f"{number} {verdict}" for verdict, number in sorted(counts.items())))
    return 0 if set(counts) <= {"killed"} else 1


if __name__ == "__main__":
    raise SystemExit(main())
