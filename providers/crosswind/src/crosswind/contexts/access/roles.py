"""The design's roles as rows of the auth manager, given once and from then on the administrators' to change."""

from __future__ import annotations

from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from crosswind.contexts.access.models import RoleSeed
from crosswind.contexts.access.permissions import ROLES, of_roles
from crosswind.contexts.access.ports import IdentityProvider

LOCK = 0x63726F7373726F6C


def seed_roles(session: Session, identity: IdentityProvider) -> int:
    """Give roles the permissions they were never given; returns how many. Nothing where there are no role rows.

    What was given before and taken away by an administrator stays away. A store that outlived its Airflow (no role of
    ours is there at all) starts again.
    """
    there = identity.has_roles()
    if there is None:
        return 0
    session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    if not there:
        session.execute(delete(RoleSeed))
    given = {(seed.role, seed.permission) for seed in session.scalars(select(RoleSeed))}
    seeded = 0
    for role in ROLES:
        missing = {permission for permission in of_roles([role]) if (role, permission) not in given}
        if missing:
            identity.seed(role, frozenset(missing))
            session.add_all(RoleSeed(role=role, permission=permission) for permission in missing)
            seeded += len(missing)
    session.commit()
    return seeded
