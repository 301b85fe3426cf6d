from __future__ import annotations

import pytest
from tests.support.app import Rest
from tests.support.runs import MadeUpRuns, govern


@pytest.fixture
def runs(rest: Rest) -> MadeUpRuns:
    """Made-up runs behind the REST door, with one connection, `shop`."""
    made_up = MadeUpRuns()
    rest.platform.__dict__["runs"] = made_up
    govern(rest, "shop")
    return made_up
