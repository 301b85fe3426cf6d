"""A real S3 server over a folder, Versity S3 Gateway, which checks each signature and who a bucket's policy lets in."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from tests.support.s3 import S3Server

SCRIPT = Path(__file__).parents[2] / "scripts/s3-server"
ROOT = {"aws_access_key_id": "root", "aws_secret_access_key": "the secret of root"}
PATIENCE = 60.0


@cache
def program() -> str:
    """Where the server is; tests are skipped where there is none, and nothing is built for them."""
    found = subprocess.run([SCRIPT, "--found"], check=False, capture_output=True, text=True)
    if found.returncode:
        pytest.skip("there is no S3 server: scripts/s3-server builds one")
    return found.stdout.strip()


class Gateway(S3Server):
    """The server; a user may do what its buckets' policies say."""

    def client(self, service: str = "s3", **credentials: str) -> Any:
        return super().client(service, **(credentials or ROOT))

    def user(self, name: str, *actions: str, buckets: tuple[str, ...] = ()) -> dict[str, str]:
        """Make a user who may do that in these buckets, and return its credentials in our words."""
        secret = f"the secret of {name}"
        self._admin("create-user", "-a", name, "-s", secret, "-r", "user")
        for bucket in buckets:
            places = [f"arn:aws:s3:::{bucket}{end}" for end in ("", "/*")]
            may = {"Effect": "Allow", "Principal": {"AWS": [name]}, "Action": list(actions), "Resource": places}
            policy = json.dumps({"Version": "2012-10-17", "Statement": [may]})
            self.client().put_bucket_policy(Bucket=bucket, Policy=policy)
        return {"accessKey": name, "secretKey": secret}

    def forget(self, name: str, login: dict[str, str]) -> None:
        self._admin("delete-user", "-a", login["accessKey"])

    @contextmanager
    def checking(self) -> Iterator[None]:
        """It always checks."""
        yield

    def _admin(self, *words: str) -> None:
        login = ["-a", ROOT["aws_access_key_id"], "-s", ROOT["aws_secret_access_key"], "-er", self.endpoint]
        subprocess.run([program(), "admin", *login, *words], check=True, capture_output=True)


@contextmanager
def gateway(folder: Path) -> Iterator[Gateway]:
    """Run a server over a folder until the block ends."""
    for part in ("objects", "facts", "users"):
        (folder / part).mkdir()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    command = [program(), "--port", f"127.0.0.1:{port}", "--iam-dir", str(folder / "users"), "--quiet"]
    command += ["posix", "--sidecar", str(folder / "facts"), str(folder / "objects")]
    login = {"ROOT_ACCESS_KEY_ID": ROOT["aws_access_key_id"], "ROOT_SECRET_ACCESS_KEY": ROOT["aws_secret_access_key"]}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ, **login})
    try:
        until = time.monotonic() + PATIENCE
        while not _listens(port):
            assert process.poll() is None, (folder / "log").read_text()
            assert time.monotonic() < until, "the S3 server does not listen"
            time.sleep(0.05)
        yield Gateway(port)
    finally:
        process.terminate()
        process.wait(30)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
