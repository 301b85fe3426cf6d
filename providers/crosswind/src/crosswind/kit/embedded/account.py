"""The system user that PostgreSQL runs as: it refuses to be root."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from crosswind.kit.embedded.errors import EmbeddedPostgresError

SYSTEM_USER = "crosswind-pg"


@dataclass(frozen=True)
class Account:
    """Who owns the data folder and runs the server."""

    uid: int
    gid: int
    switch: bool

    def run_as(self) -> dict[str, object]:
        """Return the keyword arguments of subprocess that make a child run as this account."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.switch else {}

    def own(self, path: Path) -> None:
        """Give a file or folder to this account."""
        if self.switch:
            os.chown(path, self.uid, self.gid)

    def can_enter(self, folder: Path) -> bool:
        """Tell whether this account can reach a path below an existing or future folder."""
        if not self.switch:
            return True
        return all(self._may_pass(parent) for parent in (folder, *folder.parents) if parent.exists())

    def _may_pass(self, folder: Path) -> bool:
        status = folder.stat()
        if status.st_uid == self.uid:
            return bool(status.st_mode & 0o100)
        if status.st_gid == self.gid:
            return bool(status.st_mode & 0o010)
        return bool(status.st_mode & 0o001)


def server_account() -> Account:
    """Return the caller's own account, or for root a system user made for the purpose."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), switch=False)
    entry = _look_up(SYSTEM_USER) or _create() or _look_up("nobody")
    if entry is None:
        msg = f"PostgreSQL does not run as root and the system user {SYSTEM_USER} cannot be made: run as another user."
        raise EmbeddedPostgresError(msg)
    return Account(entry.pw_uid, entry.pw_gid, switch=True)


def _look_up(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _create() -> pwd.struct_passwd | None:
    useradd = shutil.which("useradd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if useradd is None:
        return None
    options = ["--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent", "--shell", "/bin/false"]
    subprocess.run([useradd, *options, SYSTEM_USER], check=False, capture_output=True, stdin=subprocess.DEVNULL)
    return _look_up(SYSTEM_USER)
