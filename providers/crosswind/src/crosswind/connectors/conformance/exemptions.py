"""Why a connector does not pass a test: we could (notimpl), upstream must (notyet), or it makes no sense (never)."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import pytest


@dataclass(frozen=True)
class Exemption:
    """A typed fact about one test and one connector."""

    kind: Literal["notimpl", "notyet", "never"]
    reason: str


def notimpl(reason: str) -> Exemption:
    """Say that we could make it pass and have not."""
    return Exemption("notimpl", reason)


def notyet(reason: str) -> Exemption:
    """Say that the system or its client must change first; name the version or issue."""
    return Exemption("notyet", reason)


def never(reason: str) -> Exemption:
    """Say why the test makes no sense for this system."""
    return Exemption("never", reason)


class Exemptible:
    """Marks the exempted tests of a subclass as strict expected failures."""

    exemptions: ClassVar[Mapping[str, Exemption]] = {}

    def __init_subclass__(cls, **others: Any) -> None:
        super().__init_subclass__(**others)
        for name, exemption in cls.exemptions.items():
            test = getattr(cls, name, None)
            if not name.startswith("test_") or not isinstance(test, types.FunctionType):
                raise TypeError(f"{cls.__name__} exempts {name}, which is no test of its suite.")
            mark = pytest.mark.xfail(strict=True, reason=f"{exemption.kind}: {exemption.reason}")
            setattr(cls, name, mark(_copy(test)))


def _copy(test: types.FunctionType) -> types.FunctionType:
    """Return a copy, so that a mark does not reach other connectors through the shared function."""
    copied = types.FunctionType(test.__code__, test.__globals__, test.__name__, test.__defaults__, test.__closure__)
    copied.__dict__.update(test.__dict__)
    copied.__dict__["pytestmark"] = list(test.__dict__.get("pytestmark", ()))
    copied.__annotations__ = test.__annotations__
    copied.__doc__ = test.__doc__
    return copied
