"""The REST door over a real store, with real API keys and people who are made up."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any

import anyio.from_thread
import httpx
from fastapi import FastAPI
from sqlalchemy import Engine, text

from crosswind.bootstrap import Platform, Services
from crosswind.contexts.access.permissions import PERMISSIONS
from crosswind.contexts.access.ports import Identity, Token
from crosswind.contexts.access.schemas import GrantRequest, KeyRequest, MemberRequest
from crosswind.doors.http.app import create_app
from crosswind.kit.actor import DEFAULT_TENANT, Actor
from crosswind.kit.errors import Unauthenticated
from crosswind.settings import Settings

CONNECTIONS = "/connections-platform/v1"
METASTORE = "/metastore/v1"
PLATFORM = "/platform/v1"
_numbers = itertools.count(1)


@dataclass
class People:
    """An identity provider that knows whom a test tells it; tokens are `token.<subject>.x`, passwords the subject's."""

    known: dict[str, Identity] = field(default_factory=dict)
    passwords: dict[str, str] = field(default_factory=dict)
    blind: tuple[str, ...] = ()

    def add(self, subject: str, *roles: str, password: str | None = None) -> Identity:
        self.known[subject] = Identity(subject, subject.title(), f"{subject}@example.com", roles)
        if password:
            self.passwords[subject] = password
        return self.known[subject]

    def from_token(self, token: str) -> Identity:
        word, _, rest = token.partition(".")
        subject = rest.removesuffix(".x")
        if word != "token" or subject not in self.known:
            raise Unauthenticated("The token is invalid, expired or revoked")
        return self.known[subject]

    def find(self, subject: str) -> Identity | None:
        return self.known.get(subject)

    def names(self, subjects: Collection[str]) -> Mapping[str, str]:
        return {each: self.known[each].name for each in subjects if each in self.known}

    def check_password(self, login: str, password: str) -> Identity | None:
        found = next((each for each in self.known.values() if login in {each.subject, each.email}), None)
        return found if found and self.passwords.get(found.subject) == password else None

    def token(self, subject: str) -> Token:
        if subject not in self.known:
            raise Unauthenticated(f"User '{subject}' is gone or inactive")
        return Token(f"token.{subject}.x", 3600)

    def cookie(self, token: Token) -> Mapping[str, str | bool | int | None]:
        return {"key": "_token", "value": token.text, "path": "/", "httponly": True, "samesite": "lax"}

    def seed(self, role: str, permissions: frozenset[str]) -> None:
        raise AssertionError("these people have no role rows")

    def unseen(self) -> Sequence[str]:
        return self.blind

    def has_roles(self) -> bool | None:
        return None


class Rest:
    """The app, its platform and clients for whoever a test wants to be; close it when done."""

    def __init__(
        self, store: str, *, engine: Engine | None = None, threads: int | None = None, **settings: Any
    ) -> None:
        self.people = People()
        settings = {"rate_limit": 0, **settings}
        self.platform = Platform(Settings(store_url=store, **settings), engine=engine, identity=self.people)
        self.app: FastAPI = create_app(self.platform, threads=threads)
        self._portal_context = anyio.from_thread.start_blocking_portal()
        self._portal = self._portal_context.__enter__()
        self._clients: list[httpx.Client] = []

    def client(
        self,
        role: str = "platform_admin",
        tenant: str = DEFAULT_TENANT,
        attributes: Mapping[str, Sequence[str]] | None = None,
        scopes: Sequence[str] | None = None,
        subject: str | None = None,
    ) -> httpx.Client:
        """A client with an API key of a fresh user (or `subject`) who has `role` in `tenant` and these grants."""
        return self.anonymous({"X-API-Key": self.key(role, tenant, attributes, scopes, subject)})

    def key(
        self,
        role: str = "platform_admin",
        tenant: str = DEFAULT_TENANT,
        attributes: Mapping[str, Sequence[str]] | None = None,
        scopes: Sequence[str] | None = None,
        subject: str | None = None,
    ) -> str:
        """The secret of such an API key, made by the access service as its owner would."""
        owner = subject or f"{role.replace('_', '-')}-{next(_numbers)}"
        self.people.add(owner, role)
        admin = Actor("tests", "tests", tenant, "system", PERMISSIONS)
        with self.acting(admin) as services:
            if tenant != DEFAULT_TENANT:
                services.access.add_member(MemberRequest(subject=owner))
            for attribute, values in (attributes or {}).items():
                for value in values:
                    services.access.add_grant(GrantRequest(subject=owner, attribute=attribute, value=value))
        with self.acting(Actor(owner, owner, tenant, permissions=PERMISSIONS)) as services:
            return services.access.create_key(KeyRequest(name=f"Key of {owner}", scopes=scopes)).key

    def platform_key(self, *scopes: str, tenant: str = DEFAULT_TENANT) -> str:
        """A key of the platform's own, such as the ingest key (`lease:create`)."""
        with self.acting(Actor("tests", "tests", tenant, "system", PERMISSIONS)) as services:
            return services.access.create_platform_key("tests", scopes).key

    @contextmanager
    def acting(self, actor: Actor) -> Iterator[Services]:
        """The services as `actor`, committed at the end."""
        with self.platform.session() as session:
            services = self.platform.services(session, actor)
            yield services
            services.uow.commit()

    def stored(self, table: str) -> str:
        """Every row of one of our tables in full, bytes as hex; SQLAlchemy's text of a row leaves out its middle."""
        with self.platform.session() as session:
            return "\n".join(session.scalars(text(f'SELECT to_jsonb(t)::text FROM crosswind."{table}" t')))

    def anonymous(self, headers: Mapping[str, str] | None = None, address: str = "127.0.0.1") -> httpx.Client:
        """A client with no more than these headers, which comes from `address`."""
        transport = _Transport(self.app, self._portal, address)
        client = httpx.Client(transport=transport, base_url="http://crosswind.test", headers=dict(headers or {}))
        self._clients.append(client)
        return client

    def close(self) -> None:
        for client in self._clients:
            client.close()
        self._portal_context.__exit__(None, None, None)
        self.platform.close()

    def __enter__(self) -> Rest:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Transport(httpx.BaseTransport):
    """Hands requests to the ASGI app on one event loop, so that tests stay synchronous."""

    def __init__(self, app: FastAPI, portal: Any, address: str) -> None:
        self._inner = httpx.ASGITransport(app=app, client=(address, 123))
        self._portal = portal

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer: httpx.Response = self._portal.call(self._handle, request)
        return answer

    async def _handle(self, request: httpx.Request) -> httpx.Response:
        sent = httpx.Request(
            request.method, request.url, headers=request.headers, content=request.read(), extensions=request.extensions
        )
        response = await self._inner.handle_async_request(sent)
        body = await response.aread()
        return httpx.Response(response.status_code, headers=response.headers, content=body, request=request)


def rest_app(store: str, **settings: Any) -> AbstractContextManager[Rest]:
    """Give the door to a test that wants settings of its own."""
    return Rest(store, **settings)
