"""Somebody who may tag, and tables of which a column is made of that of the one before."""

from __future__ import annotations

from itertools import pairwise

import httpx
import pytest
from tests.support.app import Rest
from tests.support.catalog import assets
from tests.support.spreading import Chain, edge, wide


@pytest.fixture
def client(rest: Rest) -> httpx.Client:
    return rest.client()


@pytest.fixture
def chain(client: httpx.Client) -> Chain:
    """Four tables, a → b → c → d; `mail` of each is made of that of the one before, `id` of none."""
    wide(client, *"abcd")
    ids = [assets(client)[name]["id"] for name in "abcd"]
    for upstream, downstream in pairwise(ids):
        edge(client, downstream, upstream, mail=["mail"])
    return ids
