"""From credentials to an actor: what the guard of every door asks."""

from __future__ import annotations

from sqlalchemy.orm import Session

from crosswind.contexts.access import repository, secrets
from crosswind.contexts.access.permissions import MACHINE, PERMISSIONS, expand
from crosswind.contexts.access.ports import Identity, IdentityProvider
from crosswind.contexts.access.repository import FoundKey, Standing
from crosswind.kit.actor import DEFAULT_TENANT, Actor
from crosswind.kit.errors import Forbidden, Unauthenticated


class Entry:
    """Turns a token or key into an actor with its permissions expanded and its attributes of one tenant."""

    def __init__(self, identity: IdentityProvider) -> None:
        self._identity = identity

    def by_token(self, session: Session, token: str, tenant: str | None, request_id: str) -> Actor:
        """The actor of an access token, in the tenant that it chooses among those it holds."""
        identity = self._identity.from_token(token)
        standing = repository.standing_of(session, identity.subject)
        return self._actor(identity, standing, choose(standing, tenant), request_id)

    def by_name(self, session: Session, subject: str, tenant: str | None, request_id: str = "") -> Actor | None:
        """A person by user name as it stands now, for work that is done for it; None when it is gone."""
        identity = self._identity.find(subject)
        if identity is None:
            return None
        standing = repository.standing_of(session, subject)
        return self._actor(identity, standing, choose(standing, tenant), request_id)

    def by_key(self, session: Session, secret: str, tenant: str | None, request_id: str) -> Actor:
        """The actor of an API key: its scopes, and never more than its owner may do at this moment.

        It goes by its owner's name, and by the key's own where it belongs to nobody.
        """
        key = repository.key_by_hash(session, secrets.digest(secret))
        if key is None or key.over:
            raise Unauthenticated("The API key is unknown, revoked or expired", key_prefix=secrets.prefix(secret))
        if tenant not in {None, key.tenant}:
            raise Forbidden(f"The API key belongs to tenant '{key.tenant}'", tenant=tenant)
        if key.stale:
            repository.touch_key(session, key.id)
            session.commit()
        name, rights = self._standing_of(key)
        return Actor(
            subject=key.owner or f"key:{key.id}",
            name=name,
            tenant=key.tenant,
            kind="key",
            permissions=rights,
            attributes=key.standing.grants.get(key.tenant, {}),
            tenants=(key.tenant,),
            request_id=request_id,
            expires_at=key.expires_at,
            credential=f"key:{key.id}",
            rate_limit=key.rate_limit,
        )

    def _standing_of(self, key: FoundKey) -> tuple[str, frozenset[str]]:
        scopes = None if key.scopes is None else expand(key.scopes)
        if key.owner is None:
            return key.name, (scopes or frozenset()) & (PERMISSIONS | MACHINE)
        owner = self._identity.find(key.owner)
        if owner is None or key.tenant not in held(key.standing):
            raise Unauthenticated("The owner of the API key is gone or left its tenant", owner=key.owner)
        rights = owner.rights(key.standing.members.get(key.tenant, ()))
        return owner.name, rights if scopes is None else rights & scopes

    @staticmethod
    def _actor(identity: Identity, standing: Standing, tenant: str, request_id: str) -> Actor:
        return Actor(
            subject=identity.subject,
            name=identity.name,
            tenant=tenant,
            permissions=identity.rights(standing.members.get(tenant, ())),
            attributes=standing.grants.get(tenant, {}),
            tenants=held(standing),
            roles=identity.roles,
            request_id=request_id,
        )


def held(standing: Standing) -> tuple[str, ...]:
    """The tenants of a subject: its memberships, or the default tenant of whoever has none."""
    return tuple(sorted(standing.members)) or (DEFAULT_TENANT,)


def choose(standing: Standing, tenant: str | None) -> str:
    """The tenant asked for, when it is held; else the default one, else the first."""
    tenants = held(standing)
    if tenant is None:
        return DEFAULT_TENANT if DEFAULT_TENANT in tenants else tenants[0]
    if tenant not in tenants:
        raise Forbidden(f"You do not belong to tenant '{tenant[:64]}'", tenant=tenant[:64])
    return tenant
