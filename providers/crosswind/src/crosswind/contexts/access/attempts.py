"""How many logins failed, in the store, so that every API server counts the same.

Guessing is stopped where it comes from: an account asked for from one address, and an address whatever it asks for.
An account as a whole is limited far later, and never for an address that it was signed in from before, so that
nobody can lock a person out by guessing (OWASP's answer to that is the same: trust what has signed in already).
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from ipaddress import IPv6Address, ip_address, ip_network

from sqlalchemy import text
from sqlalchemy.orm import Session

from crosswind.contexts.access.errors import LoginLimited

WINDOW_SECONDS = 900
PER_ACCOUNT_AND_ADDRESS = 10
PER_ADDRESS = 50
PER_ACCOUNT = 100
"""From addresses that the account was not signed in from; ten of them are needed to use it up."""
KNOWN_DAYS = 30
KEPT_ROWS = 100_000
_COUNT = text("""
    INSERT INTO crosswind.login_attempts AS a (key, failures, since) VALUES (:key, 1, now())
    ON CONFLICT (key) DO UPDATE SET
        failures = CASE WHEN a.since < now() - make_interval(secs => :window) THEN 1 ELSE a.failures + 1 END,
        since = CASE WHEN a.since < now() - make_interval(secs => :window) THEN now() ELSE a.since END
    RETURNING failures, ceil(:window - extract(epoch FROM greatest(now() - since, interval '0')))::int
""")
_IS_KNOWN = text("""
    SELECT EXISTS (SELECT FROM crosswind.login_attempts
                    WHERE key = :key AND since > now() - make_interval(days => :days))
""")
_KNOW = text("""
    INSERT INTO crosswind.login_attempts (key, failures, since) VALUES (:key, 0, now())
    ON CONFLICT (key) DO UPDATE SET since = now()
""")
_FORGET = text("DELETE FROM crosswind.login_attempts WHERE key = :key")
_GIVE_BACK = text("UPDATE crosswind.login_attempts SET failures = failures - 1 WHERE key = :key AND failures > 0")
_SWEEP = text("""
    DELETE FROM crosswind.login_attempts WHERE key IN (
        SELECT key FROM crosswind.login_attempts
         WHERE since < now() - CASE WHEN key LIKE 'known:%' THEN make_interval(days => :days)
                                    ELSE make_interval(secs => :window) END
            OR key IN (SELECT key FROM crosswind.login_attempts WHERE key NOT LIKE 'known:%'
                        ORDER BY since DESC OFFSET :kept)
           FOR UPDATE SKIP LOCKED)
""")


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at a login: the account asked for and where the request came from."""

    account: str
    address: str

    @property
    def place(self) -> str:
        """The address; of IPv6 the network of 64 bits, which is what one customer is given."""
        try:
            found = ip_address(self.address)
        except ValueError:
            return self.address
        return str(ip_network((found, 64), strict=False)) if isinstance(found, IPv6Address) else str(found)

    @property
    def by_address(self) -> str:
        """The key that counts all tries from the address."""
        return _key("address", self.place)

    @property
    def by_both(self) -> str:
        """The key that counts the tries at the account from the address."""
        return _key("pair", self.account.casefold(), self.place)

    @property
    def by_account(self) -> str:
        """The key that counts the tries at the account from addresses it does not know."""
        return _key("account", self.account.casefold())

    @property
    def known(self) -> str:
        """The key that says that the account was signed in from the address."""
        return _key("known", self.account.casefold(), self.place)


def count(session: Session, attempt: Attempt) -> None:
    """Count a try before its password is looked at; raises `LoginLimited` past a limit.

    The keys come in one order in every transaction, so that no two wait for each other.
    """
    limits = [(attempt.by_address, PER_ADDRESS), (attempt.by_both, PER_ACCOUNT_AND_ADDRESS)]
    if not session.scalar(_IS_KNOWN, {"key": attempt.known, "days": KNOWN_DAYS}):
        limits.append((attempt.by_account, PER_ACCOUNT))
    first = False
    for key, limit in limits:
        failures, left = session.execute(_COUNT, {"key": key, "window": WINDOW_SECONDS}).one()
        first = first or failures == 1
        if failures > limit:
            session.commit()
            raise LoginLimited("Too many failed logins; wait and try again", retry_after=max(int(left), 1))
    session.commit()
    if first:
        session.execute(_SWEEP, {"window": WINDOW_SECONDS, "days": KNOWN_DAYS, "kept": KEPT_ROWS})
        session.commit()


def forgive(session: Session, attempt: Attempt) -> None:
    """A login that succeeded: it counts for nothing, and the account knows the address from now on."""
    session.execute(_GIVE_BACK, {"key": attempt.by_address})
    session.execute(_FORGET, {"key": attempt.by_both})
    session.execute(_GIVE_BACK, {"key": attempt.by_account})
    session.execute(_KNOW, {"key": attempt.known})
    session.commit()


def _key(kind: str, *words: str) -> str:
    told = "\n".join(words).encode(errors="replace")
    return f"{kind}:{sha256(told).hexdigest()[:40]}"
