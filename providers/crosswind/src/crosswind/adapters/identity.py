"""People as Airflow's auth manager knows them: Flask-AppBuilder's rows, or our own role map under any other manager."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Coroutine, Mapping, Sequence
from threading import Lock
from time import monotonic
from typing import Any

from crosswind.contexts.access.errors import PasswordsElsewhere
from crosswind.contexts.access.permissions import PERMISSIONS
from crosswind.contexts.access.ports import Identity, Token
from crosswind.kit.errors import Unauthenticated

ROLE_PREFIX = "crosswind_"
RESOURCE_PREFIX = "Crosswind "
REMEMBERED_SECONDS = 5.0
"""How long the rights of a key's owner are remembered; Airflow itself remembers a user for [fab] cache_ttl."""
AIRFLOW_ROLES = {"admin": "platform_admin", "op": "connection_admin", "user": "data_engineer", "viewer": "viewer"}
_ROW_TO_PERMISSION = {
    (verb, f"{RESOURCE_PREFIX}{noun.title()}"): f"{noun}:{verb}"
    for noun, verb in (permission.split(":") for permission in PERMISSIONS)
}
SEEN_WITH = (("can_read", "Plugins"), ("can_read", "Website"))
"""Rows of Airflow's own without which its navigation does not show our pages."""
SHOWN_TO = ("Viewer", "User")
"""Airflow's own roles that lack the first of them on a fresh installation; set-up gives it to them."""


def row_of(permission: str) -> tuple[str, str]:
    """The (action, resource) row of a permission: `connection:read` is `read` on `Crosswind Connection`."""
    noun, _, verb = permission.partition(":")
    return verb, f"{RESOURCE_PREFIX}{noun.title()}"


def finish(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """The result of a coroutine, in this thread; one that waits for nothing needs no event loop."""
    try:
        coroutine.send(None)
    except StopIteration as done:
        return done.value
    coroutine.close()
    raise BlockingIOError


class AirflowIdentity:
    """The auth manager of this Airflow, looked up when first needed because plugins are loaded before it."""

    def __init__(self) -> None:
        self._remembered: dict[str, tuple[float, Identity | None]] = {}
        self._lock = Lock()

    def from_token(self, token: str) -> Identity:
        """Whose token this is."""
        from jwt import InvalidTokenError

        manager = _manager()
        try:
            user = self._user(manager, token)
        except InvalidTokenError as error:
            raise Unauthenticated("The token is invalid, expired or revoked") from error
        return _identity(manager, user)

    def find(self, subject: str) -> Identity | None:
        """A person by user name, remembered for a few seconds."""
        with self._lock:
            at, known = self._remembered.get(subject, (0.0, None))
            if at and monotonic() - at < REMEMBERED_SECONDS:
                return known
        found = _find(subject)
        with self._lock:
            if len(self._remembered) > 10_000:
                self._remembered.clear()
            self._remembered[subject] = (monotonic(), found)
        return found

    def names(self, subjects: Collection[str]) -> Mapping[str, str]:
        """Their full names, from one look; other auth managers know people by user name only."""
        if not subjects or not _is_fab(_manager()):
            return {}
        from airflow.providers.fab.auth_manager.models import User
        from airflow.utils.session import create_session
        from sqlalchemy import select

        asked = select(User.username, User.first_name, User.last_name).where(User.username.in_(subjects))
        with create_session(scoped=False) as session:
            return {row[0]: f"{row[1] or ''} {row[2] or ''}".strip() or row[0] for row in session.execute(asked)}

    def check_password(self, login: str, password: str) -> Identity | None:
        """Ask Flask-AppBuilder, which takes a user name or an email."""
        manager = _manager()
        if not _is_fab(manager):
            raise PasswordsElsewhere(
                f"{type(manager).__name__} checks no passwords here; get a token at {token_page()} "
                "and send it as a bearer token",
                field="password",
            )
        with _flask(manager):
            user = manager.create_token(headers={}, body={"username": login, "password": password})
            return _identity(manager, user) if user is not None and user.is_active else None

    def token(self, subject: str) -> Token:
        """A fresh access token of the auth manager."""
        from airflow.configuration import conf

        manager = _manager()
        user = _load(manager, subject)
        if user is None:
            raise Unauthenticated(f"User '{subject}' is gone or inactive")
        seconds = conf.getint("api_auth", "jwt_expiration_time")
        return Token(manager.generate_jwt(user, expiration_time_in_seconds=seconds), seconds)

    def cookie(self, token: Token) -> Mapping[str, str | bool | int | None]:
        """The page cookie as Airflow's own login sets it."""
        from airflow.api_fastapi.app import get_cookie_path
        from airflow.api_fastapi.auth.managers.base_auth_manager import COOKIE_NAME_JWT_TOKEN
        from airflow.configuration import conf

        base_url = str(conf.get("api", "base_url", fallback=""))
        secure = base_url.startswith("https:") or bool(conf.get("api", "ssl_cert", fallback=""))
        return {
            "key": COOKIE_NAME_JWT_TOKEN, "value": token.text, "path": get_cookie_path(), "secure": secure,
            "httponly": True, "samesite": "lax",
        }  # fmt: skip

    def seed(self, role: str, permissions: frozenset[str]) -> None:
        """Make the rows of a role of ours, beside those it has."""
        from airflow.providers.fab.www.security_appless import ApplessAirflowSecurityManager
        from airflow.utils.session import create_session

        with create_session() as session:
            manager = ApplessAirflowSecurityManager(session=session)
            row = manager.add_role(ROLE_PREFIX + role)
            for action, resource in (*SEEN_WITH, *(row_of(each) for each in sorted(permissions))):
                manager.add_permission_to_role(row, manager.create_permission(action, resource))

    def unseen(self) -> Sequence[str]:
        """Which of Airflow's Viewer and User and of our own roles lack "can read on Plugins", which navigation asks."""
        if not _is_fab(_manager()):
            return ()
        from airflow.providers.fab.auth_manager.models import Action, Permission, Resource, Role
        from airflow.utils.session import create_session
        from sqlalchemy import or_, select

        action, resource = SEEN_WITH[0]
        seeing = Role.permissions.any(
            Permission.action.has(Action.name == action) & Permission.resource.has(Resource.name == resource)
        )
        meant = or_(Role.name.in_(SHOWN_TO), Role.name.startswith(ROLE_PREFIX))
        with create_session() as session:
            return session.scalars(select(Role.name).where(meant, ~seeing).order_by(Role.name)).all()

    def has_roles(self) -> bool | None:
        """Whether Flask-AppBuilder has a role of ours; None under another auth manager."""
        if not _is_fab(_manager()):
            return None
        from airflow.providers.fab.auth_manager.models import Role
        from airflow.utils.session import create_session
        from sqlalchemy import select

        with create_session() as session:
            return session.scalar(select(Role.id).where(Role.name.startswith(ROLE_PREFIX)).limit(1)) is not None

    @staticmethod
    def _user(manager: Any, token: str) -> Any:
        try:
            return finish(manager.get_user_from_token(token))
        except BlockingIOError:
            return asyncio.run(manager.get_user_from_token(token))


def token_page() -> str:
    """Where Airflow gives tokens."""
    from airflow.configuration import conf

    return str(conf.get("api", "base_url", fallback="") or "").rstrip("/") + "/auth/token"


def _manager() -> Any:
    """Airflow's own instance; on the command line nobody has made one yet."""
    from airflow.api_fastapi.app import create_auth_manager

    return create_auth_manager()


def _is_fab(manager: Any) -> bool:
    return any(base.__name__ == "FabAuthManager" for base in type(manager).__mro__)


def _flask(manager: Any) -> Any:
    if manager.flask_app is None:
        from airflow.providers.fab.www.app import create_app

        manager.flask_app = create_app(enable_plugins=False)
    return manager.flask_app.app_context()


def _identity(manager: Any, user: Any) -> Identity:
    name = str(user.get_name())
    if not _is_fab(manager):
        given = getattr(user, "role", None) or getattr(user, "roles", None) or ()
        names = [given] if isinstance(given, str) else [str(each) for each in given]
        return Identity(name, name, "", tuple(AIRFLOW_ROLES.get(each.lower(), each) for each in names))
    roles = tuple(sorted({role.name for role in user.roles}))
    if "Admin" in roles:
        permissions = PERMISSIONS
    else:
        permissions = frozenset(_ROW_TO_PERMISSION[row] for row in user.perms & _ROW_TO_PERMISSION.keys())
    return Identity(name, user.get_full_name() or name, user.email or "", roles, permissions)


def _find(subject: str) -> Identity | None:
    manager = _manager()
    if not _is_fab(manager) and not hasattr(manager, "get_users"):
        return Identity(subject, subject)  # nobody to ask: its membership's roles are all it has
    user = _load(manager, subject)
    return None if user is None else _identity(manager, user)


def _load(manager: Any, subject: str) -> Any:
    """The auth manager's user, None when it is gone or inactive."""
    if not _is_fab(manager):
        users: list[Any] = manager.get_users() if hasattr(manager, "get_users") else []
        return next((user for user in users if user.get_name() == subject), None)
    from airflow.providers.fab.auth_manager.models import User
    from airflow.utils.session import create_session
    from sqlalchemy import select

    with create_session(scoped=False) as session:
        user = session.scalars(select(User).where(User.username == subject)).unique().one_or_none()
        if user is None or not user.is_active:
            return None
        return user
