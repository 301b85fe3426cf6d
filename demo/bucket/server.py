"""Starting the S3 server, moto's, as a process of its own, and filling its bucket: it keeps everything in memory."""

from __future__ import annotations

import contextlib
import secrets
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from crosswind.doors.cli.stack import files, processes
from crosswind.doors.cli.stack.layout import LOOPBACK, Layout
from demo.bucket import objects
from demo.progress import DemoError

BUCKET = "aviation-lake"
REGION = "us-east-1"
START_SECONDS = 60.0
SETTINGS: dict[str, dict[str, Any]] = {
    "put_bucket_versioning": {"VersioningConfiguration": {"Status": "Enabled"}},
    "put_public_access_block": {
        "PublicAccessBlockConfiguration": dict.fromkeys(
            ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
        )
    },
    "put_bucket_encryption": {
        "ServerSideEncryptionConfiguration": {
            "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
        }
    },
    "put_bucket_lifecycle_configuration": {
        "LifecycleConfiguration": {
            "Rules": [
                {"ID": "events", "Status": "Enabled", "Filter": {"Prefix": "events/"}, "Expiration": {"Days": 365}}
            ]
        }
    },
}
"""How the bucket is protected."""


@dataclass(frozen=True, repr=False)
class Keys:
    """The login of the connection."""

    access: str
    secret: str


class BucketServer:
    """An S3 server on loopback that ends with the demo, and with `crosswind down`."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._process: subprocess.Popen[bytes] | None = None
        self.endpoint = f"http://{LOOPBACK}:{layout.bucket_port}"

    def start(self) -> tuple[Keys, int]:
        """Start the server, fill the bucket, and return the connection's login and the number of files."""
        self._end_leftover()
        log = self._layout.logs / "bucket.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "moto.server", "-H", LOOPBACK, "-p", str(self._layout.bucket_port)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=self._layout.environment(),
                start_new_session=True,
            )
        files.write(self._pid_file, str(self._process.pid))
        self._wait(log)
        keys = self._keys()
        return keys, self._fill(keys)

    def stop(self) -> None:
        """End the server."""
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(10)
            self._process.kill()
            self._process.wait()
            self._pid_file.unlink(missing_ok=True)

    @property
    def _pid_file(self) -> Path:
        return self._layout.run / "bucket.pid"

    def _end_leftover(self) -> None:
        """End the server of a demo that was killed, if the process is still that of this installation."""
        if self._pid_file.exists():
            pid = int(self._pid_file.read_text(encoding="utf-8"))
            if pid in processes.members(self._layout.run):
                processes.kill(processes.end([pid], 5.0))

    def _wait(self, log: Path) -> None:
        until = time.monotonic() + START_SECONDS
        while self._process is not None and self._process.poll() is None and time.monotonic() < until:
            with socket.socket() as probe:
                if probe.connect_ex((LOOPBACK, self._layout.bucket_port)) == 0:
                    return
            time.sleep(0.1)
        msg = (
            f"The S3 server does not start on port {self._layout.bucket_port}; see {log}, or set CROSSWIND_BUCKET_PORT."
        )
        raise DemoError(msg)

    def _keys(self) -> Keys:
        """Return the login that this installation made once."""
        path = self._layout.run / "bucket-keys"
        if not path.exists():
            files.write(path, f"{secrets.token_hex(10).upper()}\n{secrets.token_urlsafe(30)}")
        access, secret = path.read_text(encoding="utf-8").split()
        return Keys(access, secret)

    def _fill(self, keys: Keys) -> int:
        client = boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            region_name=REGION,
            aws_access_key_id=keys.access,
            aws_secret_access_key=keys.secret,
            config=Config(s3={"addressing_style": "path"}, proxies={}),
        )
        client.create_bucket(Bucket=BUCKET)
        for call, settings in SETTINGS.items():
            getattr(client, call)(Bucket=BUCKET, **settings)
        put = [client.put_object(Bucket=BUCKET, Key=key, Body=body) for key, body in objects.objects()]
        return len(put)
