"""How many logins failed, by account and by address, in the store, so that every API server counts the same."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import text
from sqlalchemy.orm import Session

from crosswind.contexts.access.errors import LoginLimited

WINDOW_SECONDS = 900
PER_ACCOUNT = 10
PER_ADDRESS = 50
KEPT_ROWS = 100_000
_COUNT = text("""
    INSERT INTO crosswind.login_attempts AS a (key, failures, since) VALUES (:key, 1, now())
    ON CONFLICT (key) DO UPDATE SET
        failures = CASE WHEN a.since < now() - make_interval(secs => :window) THEN 1 ELSE a.failures + 1 END,
        since = CASE WHEN a.since < now() - make_interval(secs => :window) THEN now() ELSE a.since END
    RETURNING failures, ceil(:window - extract(epoch FROM now() - since))::int
""")
_FORGET = text("DELETE FROM crosswind.login_attempts WHERE key = :account")
_GIVE_BACK = text("UPDATE crosswind.login_attempts SET failures = failures - 1 WHERE key = :address AND failures > 0")
_SWEEP = text("""
    DELETE FROM crosswind.login_attempts WHERE since < now() - make_interval(secs => :window)
       OR key IN (SELECT key FROM crosswind.login_attempts ORDER BY since DESC OFFSET :kept)
""")


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at a login: the account asked for and where the request came from."""

    account: str
    address: str

    @property
    def keys(self) -> tuple[tuple[str, int], tuple[str, int]]:
        """The address first, in the same order in every transaction, each with its limit."""
        return (_key("address", self.address), PER_ADDRESS), (_key("account", self.account.casefold()), PER_ACCOUNT)


def count(session: Session, attempt: Attempt) -> None:
    """Count a try before its password is looked at; raises `LoginLimited` past a limit."""
    for key, limit in attempt.keys:
        failures, left = session.execute(_COUNT, {"key": key, "window": WINDOW_SECONDS}).one()
        if failures == 1:
            session.execute(_SWEEP, {"window": WINDOW_SECONDS, "kept": KEPT_ROWS})
        if failures > limit:
            session.commit()
            raise LoginLimited("Too many failed logins; wait and try again", retry_after=max(int(left), 1))
    session.commit()


def forgive(session: Session, attempt: Attempt) -> None:
    """A login that succeeded: the account starts again and the address keeps only its failures."""
    (address, _), (account, _) = attempt.keys
    session.execute(_GIVE_BACK, {"address": address})
    session.execute(_FORGET, {"account": account})
    session.commit()


def _key(kind: str, value: str) -> str:
    return f"{kind}:{sha256(value.encode(errors='replace')).hexdigest()[:40]}"
