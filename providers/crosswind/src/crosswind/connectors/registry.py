"""Which systems are installed, found by the entry point group `crosswind.connectors`."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import entry_points
from typing import Self

from crosswind.connectors.connector_type import ConnectorType
from crosswind.kit.errors import NotFound

GROUP = "crosswind.connectors"
log = logging.getLogger(__name__)


class ConnectorRegistry:
    """The connector types by every word that means them; a word taken twice belongs to the first in name order."""

    def __init__(self, types: Iterable[ConnectorType]) -> None:
        self._types: dict[str, ConnectorType] = {}
        self._words: dict[str, ConnectorType] = {}
        for found in sorted(types, key=lambda each: each.name):
            if found.name in self._types:
                log.warning("Connector type %s is installed twice; the second is skipped", found.name)
                continue
            self._types[found.name] = found
            for word in found.words:
                self._words.setdefault(word.lower(), found)
        self._words |= self._types

    @classmethod
    def installed(cls) -> Self:
        """Read the installed packages; one that cannot be imported is logged and left out."""
        return cls(_published())

    def __iter__(self) -> Iterator[ConnectorType]:
        return iter(self._types.values())

    def find(self, word: str) -> ConnectorType | None:
        """Return the type that a name, alias or subType means, in any case, or None."""
        return self._words.get(word.lower())

    def get(self, word: str) -> ConnectorType:
        """Return the type that a word means, or raise NotFound."""
        found = self.find(word)
        if found is None:
            raise NotFound("Connector type", word, parameter="type", known=sorted(self._types))
        return found

    def for_airflow(self, conn_type: str) -> ConnectorType | None:
        """Return the type whose connections Airflow stores under this conn_type, or None."""
        return next((each for each in self if each.conn_type == conn_type), None)


def _published() -> Iterator[ConnectorType]:
    for entry in entry_points(group=GROUP):
        try:
            found = entry.load()
        except Exception:
            log.exception("Connector %s cannot be imported and is left out", entry.name)
            continue
        if isinstance(found, ConnectorType):
            yield found
        else:
            log.error("Connector %s publishes %s instead of a ConnectorType and is left out", entry.name, type(found))


@cache
def installed() -> ConnectorRegistry:
    """Return the registry of this process, read once."""
    return ConnectorRegistry.installed()
