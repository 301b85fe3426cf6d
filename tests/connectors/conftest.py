from __future__ import annotations

import pytest
from tests.connectors.support import Source


@pytest.fixture
def database_source(source: str) -> Source:
    """A fresh database over TCP with a password."""
    return Source.at(source)
