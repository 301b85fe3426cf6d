"""Assets that a block makes are the same whether nothing of the block was stored before or some of it was."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text
from tests.support.app import METASTORE, Rest
from tests.support.catalog import ok
from tests.support.imports import Import, asset, counts
from tests.support.runs import MadeUpRuns

FULL = {
    "description": "Who we know, Kept since 2019", "tags": ["gold", "Silver"], "metadata": {"tier": 1},
    "classification": "internal", "owners": [{"name": "ana"}], "columns": [{"name": "mail", "tags": ["PII"]}],
    "source": {"database": "prod", "schema": "public", "comment": "People\tof\\us", "row_count": 12, "facts": {"a": 1}},
}  # fmt: skip
BARE = {"description": 'It\'s a "quoted" \\ tale', "tags": ["gold"]}
_ROWS = text("""
    SELECT to_jsonb(a) - '{key,id,qualified_name,line_digest,created_at,updated_at}'::text[] AS asset,
           (SELECT jsonb_agg(c.name || c.data_type || array_to_string(c.tags, ',')) FROM crosswind.columns c
             WHERE c.asset_key = a.key) AS columns,
           (SELECT jsonb_agg(o.action || (o.data - '{id,qualified_name}'::text[])) FROM crosswind.outbox o
             WHERE o.entity_id = a.id::text) AS told
      FROM crosswind.assets a WHERE a.name = 'users' ORDER BY a.key
""")


@pytest.mark.parametrize("said", [FULL, BARE, {}], ids=["full", "bare", "name"])
def test_a_new_asset_is_the_same_beside_known_ones(rest: Rest, said: dict[str, Any]) -> None:
    runs = MadeUpRuns()
    rest.platform.__dict__["runs"] = runs
    work = Import(rest, runs, rest.client("data_engineer"))
    ok(work.begin())
    known = asset("known")
    anew, beside = ({**asset("users", **said), "qualified_name": f"{place}.users"} for place in ("one", "two"))
    assert counts(work.block([anew, known])) == {"created": 2}
    assert counts(work.block([beside, {**known, "description": "Changed"}], 2, 3)) == {"created": 3, "updated": 1}
    with rest.platform.session() as session:
        first, second = session.execute(_ROWS).all()
    assert first == second
    found = ok(work.asker.get(f"{METASTORE}/search", params={"q": "users"}))["results"]
    assert len(found) == 2
