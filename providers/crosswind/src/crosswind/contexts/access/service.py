"""API keys, members and grants: who holds what, in which tenant."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from uuid import uuid4

from pydantic import BaseModel

from crosswind.contexts.access import secrets
from crosswind.contexts.access.entry import held
from crosswind.contexts.access.models import ApiKey, Grant, LoginTicket, Member
from crosswind.contexts.access.permissions import MACHINE, PERMISSIONS, ROLES, expand
from crosswind.contexts.access.ports import IdentityProvider
from crosswind.contexts.access.repository import AccessRepository, standing_of
from crosswind.contexts.access.schemas import (
    GrantRequest,
    GrantShown,
    KeyCreated,
    KeyRequest,
    KeyShown,
    Me,
    MemberRequest,
    MemberShown,
    SubjectQuery,
)
from crosswind.kit.actor import DEFAULT_TENANT
from crosswind.kit.errors import AlreadyExists, Conflict, Forbidden, Invalid, NotFound
from crosswind.kit.paging import Page, Window
from crosswind.kit.unit_of_work import EntityType, Event, UnitOfWork

Shown = TypeVar("Shown", bound=BaseModel)


class AccessService:
    """What administrators do at the door."""

    def __init__(self, uow: UnitOfWork, people: IdentityProvider | None = None, rate_limit: int = 0) -> None:
        self._uow = uow
        self._actor = uow.actor
        self._people = people
        self._rate_limit = rate_limit
        self._rows = AccessRepository(uow.session)

    def me(self) -> Me:
        """The caller as we know it."""
        actor = self._actor
        return Me(
            subject=actor.subject,
            name=actor.name,
            tenant=actor.tenant,
            tenants=list(actor.tenants),
            kind=actor.kind,
            roles=list(actor.roles),
            permissions=sorted(actor.permissions),
            attributes={name: sorted(values) for name, values in actor.attributes.items()},
        )

    def keys(self, window: Window) -> Page[KeyShown]:
        """The tenant's keys, also those that are over."""
        rows, total = self._rows.page(ApiKey, self._actor.tenant, window)
        return Page(_shown(KeyShown, rows), total, window)

    def create_key(self, request: KeyRequest) -> KeyCreated:
        """A key of the caller's, or of another user's when an administrator of the platform asks."""
        actor = self._actor
        owner = request.owner or actor.subject
        if owner.startswith("key:") or actor.kind == "task":
            raise Forbidden("A key of the platform's own cannot make keys")
        if owner != actor.subject and not actor.permissions >= PERMISSIONS:
            raise Forbidden("Only an administrator of the platform makes keys for others", permission="*")
        self._check_owner(owner)
        scopes, expires_at = _scopes(request.scopes, PERMISSIONS), request.expires_at
        if actor.kind == "key":
            scopes = sorted(actor.permissions if scopes is None else self._within(scopes))
            expires_at = self._before_its_end(expires_at)
        return self._mint(request.name, owner, scopes, expires_at, self._limit(request.rate_limit))

    def create_platform_key(
        self, name: str, scopes: Sequence[str], expires_at: datetime | None = None, rate_limit: int | None = None
    ) -> KeyCreated:
        """A key that belongs to nobody and is worth its scopes: only the command line makes one."""
        if not scopes:
            raise Invalid("A key of the platform's own needs scopes", field="scopes")
        return self._mint(name, None, _scopes(scopes, PERMISSIONS | MACHINE), expires_at, rate_limit)

    def revoke_key(self, identifier: str) -> None:
        """End a key now; revoking again changes nothing."""
        key: ApiKey | None = self._rows.get(ApiKey, self._actor.tenant, identifier)
        if key is None:
            raise NotFound("Key", identifier)
        if key.revoked_at is None:
            before = _facts(KeyShown, key)
            self._rows.revoke_key(key, datetime.now(UTC))
            self._uow.record(Event("KEY", key.id, "KEY_REVOKED", before, _facts(KeyShown, key)))

    def members(self, query: SubjectQuery, window: Window) -> Page[MemberShown]:
        """Who belongs to the tenant."""
        conditions = [Member.subject == query.subject] if query.subject else []
        rows, total = self._rows.page(Member, self._tenant(query.tenant), window, *conditions)
        return Page(_shown(MemberShown, rows), total, window)

    def add_member(self, request: MemberRequest) -> MemberShown:
        """Let a subject hold a tenant."""
        unknown = sorted(set(request.roles) - set(ROLES))
        if unknown:
            raise Invalid(f"Unknown role '{unknown[0]}'", field="roles", known=sorted(ROLES))
        row = Member(**self._new(request.tenant, request.subject), roles=sorted(set(request.roles)))
        self._stays(row.subject, joining=row.tenant)
        return self._added(MemberShown, row, "MEMBER")

    def remove_member(self, identifier: str, tenant: str | None) -> None:
        """Take a tenant from a subject."""
        row: Member | None = self._rows.get(Member, self._tenant(tenant), identifier)
        if row is not None:
            self._stays(row.subject, leaving=row.tenant)
        self._removed(MemberShown, Member, identifier, tenant, "MEMBER")

    def grants(self, query: SubjectQuery, window: Window) -> Page[GrantShown]:
        """What the tenant's subjects are held to."""
        conditions = [Grant.subject == query.subject] if query.subject else []
        rows, total = self._rows.page(Grant, self._tenant(query.tenant), window, *conditions)
        return Page(_shown(GrantShown, rows), total, window)

    def add_grant(self, request: GrantRequest) -> GrantShown:
        """Hold a subject to a value of an attribute, beside those it was given already."""
        new = self._new(request.tenant, request.subject)
        return self._added(GrantShown, Grant(**new, attribute=request.attribute, value=request.value), "GRANT")

    def remove_grant(self, identifier: str, tenant: str | None) -> None:
        """Remove a grant; without any left in an attribute a subject is unrestricted in it."""
        self._removed(GrantShown, Grant, identifier, tenant, "GRANT")

    def create_ticket(self, subject: str, next_path: str, minutes: int = 30) -> str:
        """A secret that signs `subject` in once within some minutes; only the command line makes one."""
        check_local_path(next_path)
        ticket = secrets.mint(secrets.TICKET)
        over = datetime.now(UTC) + timedelta(minutes=minutes)
        row = LoginTicket(
            hash=secrets.digest(ticket),
            tenant=self._actor.tenant,
            subject=subject,
            next_path=next_path,
            expires_at=over,
        )
        self._uow.session.add(row)
        self._uow.record(Event("LOGIN_TICKET", secrets.prefix(ticket), "TICKET_CREATED", None, {"subject": subject}))
        return ticket

    def _check_owner(self, owner: str) -> None:
        """Raise `Invalid` for one whose key would open nothing: nobody the auth manager knows, or of no such tenant."""
        if owner == self._actor.subject or self._people is None:
            return
        if self._people.find(owner) is None:
            raise Invalid(f"'{owner}' is no user that Airflow knows, or an inactive one", field="owner")
        if self._actor.tenant not in held(standing_of(self._uow.session, owner)):
            raise Invalid(f"'{owner}' does not belong to tenant '{self._actor.tenant}'", field="owner")

    def _mint(
        self,
        name: str,
        owner: str | None,
        scopes: list[str] | None,
        expires_at: datetime | None,
        rate_limit: int | None = None,
    ) -> KeyCreated:
        if expires_at is not None and expires_at <= datetime.now(UTC):
            raise Invalid("expiresAt lies in the past", field="expiresAt")
        secret = secrets.mint(secrets.KEY)
        row = ApiKey(
            id=str(uuid4()), tenant=self._actor.tenant, name=name, prefix=secrets.prefix(secret),
            hash=secrets.digest(secret), owner=owner, scopes=scopes, expires_at=expires_at, rate_limit=rate_limit,
            created_by=self._actor.subject, created_at=datetime.now(UTC),
        )  # fmt: skip
        self._rows.add(row)
        self._uow.record(Event("KEY", row.id, "KEY_CREATED", None, _facts(KeyShown, row)))
        return KeyCreated(**_shown(KeyShown, [row])[0].model_dump(), key=secret)

    def _before_its_end(self, asked: datetime | None) -> datetime | None:
        """The end of a key that a key makes: its own maker's where none is asked for, and never later."""
        end = self._actor.expires_at
        if end is not None and asked is not None and asked > end:
            raise Forbidden("A key cannot make one that outlives it", field="expiresAt")
        return asked or end

    def _limit(self, asked: int | None) -> int | None:
        """The limit of a new key: a key gives none above its own, and only administrators one above the platform's."""
        own = self._actor.rate_limit
        if asked is None or (self._actor.permissions >= PERMISSIONS and own is None):
            return asked or own
        highest = own or self._rate_limit
        if highest and asked > highest:
            raise Forbidden(f"You may give a key at most {highest} requests a minute", field="rateLimit")
        return asked

    def _within(self, scopes: list[str]) -> frozenset[str]:
        asked = expand(scopes)
        beyond = sorted(asked - self._actor.permissions)
        if beyond:
            raise Forbidden(f"The calling key does not hold {beyond[0]} itself", permission=beyond[0])
        return asked

    def _tenant(self, tenant: str | None) -> str:
        """The caller's tenant; the default tenant is the installation's own and looks after the others."""
        if tenant in {None, self._actor.tenant}:
            return self._actor.tenant
        if self._actor.tenant != DEFAULT_TENANT or not self._actor.permissions >= PERMISSIONS:
            raise Forbidden("Only administrators in the default tenant look after other tenants", tenant=tenant)
        return str(tenant)

    def _new(self, tenant: str | None, subject: str) -> dict[str, Any]:
        made = {"id": str(uuid4()), "created_by": self._actor.subject, "created_at": datetime.now(UTC)}
        return {**made, "tenant": self._tenant(tenant), "subject": subject}

    def _stays(self, subject: str, *, joining: str | None = None, leaving: str | None = None) -> None:
        """Raise Conflict where callers put themselves out of the default tenant: only its administrators undo that."""
        standing = standing_of(self._uow.session, subject) if subject == self._actor.subject else None
        if standing is None or DEFAULT_TENANT not in held(standing):
            return
        after = {*standing.members, joining} - {leaving, None}
        if after and DEFAULT_TENANT not in after:
            message = f"You would no longer hold the tenant '{DEFAULT_TENANT}', nor your keys open anything there"
            raise Conflict(f"{message}; add yourself to '{DEFAULT_TENANT}' first, or let another administrator do this")

    def _added(self, shape: type[Shown], row: Member | Grant, noun: EntityType) -> Shown:
        if self._rows.taken(row):
            raise AlreadyExists(f"'{row.subject}' has that {noun.lower()} row already", field="subject")
        self._rows.add(row)
        self._uow.record(Event(noun, row.id, f"{noun}_ADDED", None, _facts(shape, row)))
        return _shown(shape, [row])[0]

    def _removed(
        self, shape: type[BaseModel], model: type[Member | Grant], identifier: str, tenant: str | None, noun: EntityType
    ) -> None:
        row = self._rows.get(model, self._tenant(tenant), identifier)
        if row is None:
            raise NotFound(noun.capitalize(), identifier)
        self._rows.remove(model, row.tenant, identifier)
        self._uow.record(Event(noun, row.id, f"{noun}_REMOVED", _facts(shape, row), None))


def check_local_path(path: str) -> None:
    """Raise `Invalid` unless `path` stays on this origin: one slash first, no backslash, no control character."""
    if not path.startswith("/") or path.startswith("//") or "\\" in path or not path.isprintable():
        raise Invalid("The next path must be a path on this server, such as /crosswind/ui/", field="next")


def _scopes(given: Sequence[str] | None, universe: frozenset[str]) -> list[str] | None:
    if given is None:
        return None
    unknown = next((scope for scope in given if not expand([scope]) & universe), None)
    if unknown is not None:
        raise Invalid(f"Unknown scope '{unknown}'", field="scopes")
    return sorted(set(given))


def _shown(shape: type[Shown], rows: Sequence[Any]) -> list[Shown]:
    return [shape.model_validate(row, from_attributes=True) for row in rows]


def _facts(shape: type[BaseModel], row: Any) -> dict[str, Any]:
    return shape.model_validate(row, from_attributes=True).model_dump(mode="json", by_alias=True)
