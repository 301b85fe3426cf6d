"""People under Airflow's SimpleAuthManager: its own instance and tokens, our role map."""

from __future__ import annotations

import pytest
from tests.support.airflow import Airflow

from crosswind.adapters.identity import AirflowIdentity
from crosswind.contexts.access.errors import PasswordsElsewhere
from crosswind.contexts.access.permissions import of_roles
from crosswind.kit.errors import Unauthenticated

SIMPLE = "airflow.api_fastapi.auth.managers.simple.simple_auth_manager.SimpleAuthManager"
ROLES = {"ada": "platform_admin", "olga": "connection_admin", "uma": "data_engineer", "vic": "viewer"}


@pytest.fixture
def identity(airflow_db: Airflow, monkeypatch: pytest.MonkeyPatch) -> AirflowIdentity:
    """Four people, one with each of that manager's roles."""
    monkeypatch.setenv("AIRFLOW__CORE__AUTH_MANAGER", SIMPLE)
    monkeypatch.setenv("AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS", "ada:admin,olga:op,uma:user,vic:viewer")
    return AirflowIdentity()


@pytest.mark.parametrize(("name", "role"), ROLES.items())
def test_each_of_its_roles_counts_as_one_of_ours(identity: AirflowIdentity, name: str, role: str) -> None:
    found = identity.find(name)
    assert found is not None
    assert (found.subject, found.roles, found.permissions) == (name, (role,), None)
    assert found.rights() == of_roles([role])


def test_nobody_is_found_whom_it_does_not_know(identity: AirflowIdentity) -> None:
    assert identity.find("mallory") is None
    with pytest.raises(Unauthenticated, match="mallory"):
        identity.token("mallory")


def test_its_token_tells_who_calls_and_an_altered_one_does_not(identity: AirflowIdentity) -> None:
    token = identity.token("olga")
    assert identity.from_token(token.text) == identity.find("olga")
    assert token.seconds > 0
    head, body, signature = token.text.split(".")
    with pytest.raises(Unauthenticated):
        identity.from_token(f"{head}.{body}.{signature[::-1]}")


def test_passwords_are_not_checked_here_and_the_answer_says_where(identity: AirflowIdentity) -> None:
    with pytest.raises(PasswordsElsewhere, match="/auth/token"):
        identity.check_password("ada", "anything")


def test_it_has_no_roles_to_seed_or_to_mend(identity: AirflowIdentity) -> None:
    assert identity.has_roles() is None
    assert list(identity.unseen()) == []
