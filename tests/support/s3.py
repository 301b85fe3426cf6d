"""A moto server as a process of its own, with users whose signatures and policies it checks."""

from __future__ import annotations

import json
import os
import socket
import ssl
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import trustme
from botocore.config import Config

ROOT = {"aws_access_key_id": "root", "aws_secret_access_key": "root"}
EVERYTHING = 10**9
READING = ("s3:ListBucket", "s3:GetObject", "s3:GetBucket*", "s3:GetEncryptionConfiguration",
           "s3:GetLifecycleConfiguration")  # fmt: skip


@dataclass
class S3Server:
    """An S3 service at `endpoint`; only what is done in `checking` is checked against logins."""

    port: int
    authority: str | None = None

    @property
    def endpoint(self) -> str:
        return f"{'https' if self.authority else 'http'}://127.0.0.1:{self.port}"

    def client(self, service: str = "s3", **credentials: str) -> Any:
        config = Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1})
        return boto3.client(
            service, endpoint_url=self.endpoint, region_name="us-east-1", config=config, verify=self.authority,
            **(credentials or ROOT),
        )  # fmt: skip

    def user(self, name: str, *actions: str, buckets: tuple[str, ...] = ("*",)) -> dict[str, str]:
        """Make a user who may do that, and return its credentials in our words."""
        iam = self.client("iam")
        iam.create_user(UserName=name)
        places = [f"arn:aws:s3:::{each}{end}" for each in buckets for end in ("", "/*")]
        may = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": list(actions), "Resource": places}]}
        iam.put_user_policy(UserName=name, PolicyName="may", PolicyDocument=json.dumps(may))
        made = iam.create_access_key(UserName=name)["AccessKey"]
        return {"accessKey": made["AccessKeyId"], "secretKey": made["SecretAccessKey"]}

    def forget(self, name: str, login: dict[str, str]) -> None:
        """Remove a user that was made so."""
        iam = self.client("iam")
        iam.delete_access_key(UserName=name, AccessKeyId=login["accessKey"])
        iam.delete_user_policy(UserName=name, PolicyName="may")
        iam.delete_user(UserName=name)

    @contextmanager
    def checking(self) -> Iterator[None]:
        """Check every signature and policy from now on."""
        self._free_requests(0)
        try:
            yield
        finally:
            self._free_requests(EVERYTHING)

    @contextmanager
    def free(self) -> Iterator[None]:
        """Check nothing for a while within `checking`."""
        self._free_requests(EVERYTHING)
        try:
            yield
        finally:
            self._free_requests(0)

    def _free_requests(self, number: int) -> None:
        wanted = urllib.request.Request(f"{self.endpoint}/moto-api/reset-auth", data=str(number).encode())
        wanted.add_header("Content-Type", "text/plain")
        trusted = ssl.create_default_context(cafile=self.authority) if self.authority else None
        urllib.request.urlopen(wanted, timeout=10, context=trusted).read()


@contextmanager
def moto(folder: Path | None = None) -> Iterator[S3Server]:
    """Run a server until the block ends; with a folder for its certificate, one that speaks TLS."""
    options: list[str] = []
    authority = None
    if folder is not None:
        authority, options = _certified(folder)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    process = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port), *options],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "INITIAL_NO_AUTH_ACTION_COUNT": str(EVERYTHING)},
    )
    try:
        until = time.monotonic() + 60
        while time.monotonic() < until and process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield S3Server(port, authority)
    finally:
        process.terminate()
        process.wait(20)


def _certified(folder: Path) -> tuple[str, list[str]]:
    """Write an authority, and a certificate of its for loopback; return the first and moto's options for the second."""
    authority = trustme.CA()
    made = authority.issue_cert("127.0.0.1")
    kept = {name: str(folder / name) for name in ("authority.pem", "cert.pem", "key.pem")}
    authority.cert_pem.write_to_path(kept["authority.pem"])
    made.cert_chain_pems[0].write_to_path(kept["cert.pem"])
    made.private_key_pem.write_to_path(kept["key.pem"])
    return kept["authority.pem"], ["-s", "-c", kept["cert.pem"], "-k", kept["key.pem"]]
