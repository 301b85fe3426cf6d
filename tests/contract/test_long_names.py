"""Names as long as a crawl, a file or an OpenLineage event may give them, through every door that writes assets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.support.app import METASTORE, Rest
from tests.support.catalog import ok
from tests.support.in_full import asked
from tests.support.meaning import World, refused, world_of

from crosswind_client.metastore.v1 import metadata_pb2 as v1
from crosswind_client.metastore.v1.metadata_pb2_grpc import MetadataServiceStub


@pytest.fixture
def world(rest: Rest) -> Iterator[World]:
    with world_of(rest) as found:
        yield found


def long(word: str, most: int = 2_000) -> str:
    return f"{word}/" + "x" * (most - len(word) - 1)


def test_each_door_takes_and_keeps_long_names(world: World) -> None:
    key = world.rest.key()
    client, callers = world.client(key), world.by()
    item: dict[str, Any] = {"type": "DATASET", "name": long("n", 512), "qualified_name": long("batch")}
    ok(client.post(f"{METASTORE}/ingestion/batch", json={"assets": [item]}))
    made = {name: caller.create(**{**item, "qualified_name": long(name)})["id"] for name, caller in callers.items()}
    batch = ok(client.get(f"{METASTORE}/assets", params={"search": item["qualified_name"]}))["data"]
    assert [each["name"] for each in batch] == [item["name"]], "a list finds the whole name"
    hits = ok(client.get(f"{METASTORE}/search", params={"q": item["qualified_name"]}))["results"]
    assert {each["asset"]["id"] for each in hits} == {batch[0]["id"]}, "a search finds it too"
    own = {"type": "DATASET", "name": item["name"], "qualified_name": item["qualified_name"], "description": "Kept"}
    assert ok(client.put(f"{METASTORE}/assets/{batch[0]['id']}", json=own))["description"] == "Kept"
    written = {"type": "DATASET", "name": item["name"], "qualifiedName": long("graphql"), "description": "Kept"}
    query = "mutation($id: ID!, $input: AssetInput!) { updateAsset(id: $id, input: $input) { description } }"
    assert asked(client, query, id=made["graphql"], input=written) == {"description": "Kept"}
    request = v1.UpdateAssetRequest(id=made["grpc"], name=item["name"], qualified_name=long("grpc"), description="Kept")
    assert MetadataServiceStub(world.server.channel(api_key=key)).UpdateAsset(request).description == "Kept"


@pytest.mark.parametrize(("name", "place"), [(513, 10), (10, 2_001), (10, 1_001)])
def test_what_the_store_could_not_hold_is_refused(world: World, name: int, place: int) -> None:
    letter = "x" if place != 1_001 else "ü"
    fields = {"type": "TABLE", "name": "n" * name, "qualified_name": letter * place}
    assert refused(world.by(), lambda caller: caller.create(**fields)) == "INVALID_REQUEST"
    answer = world.rest.client().post(f"{METASTORE}/ingestion/batch", json={"assets": [fields]})
    assert answer.status_code == 400
