"""The metastore's operations by REST, GraphQL and gRPC, in one shape: what is answered, and the code of a refusal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

import grpc
import httpx
from google.protobuf.json_format import MessageToDict
from google.protobuf.struct_pb2 import Struct
from tests.support.app import METASTORE
from tests.support.graphql import GRAPHQL
from tests.support.grpc import Grpc, Refused

from crosswind_client.metastore.v1 import metadata_pb2 as v1
from crosswind_client.metastore.v1.metadata_pb2_grpc import MetadataServiceStub

Shown = dict[str, Any]
NAMES = ("rest", "graphql", "grpc")
FIELDS = ("id", "type", "name", "qualified_name", "description", "classification", "connection_id", "version")


class Refusal(Exception):
    """The code of an operation that was refused, and what the answer says beside it."""

    def __init__(self, code: str, details: Mapping[str, Any]) -> None:
        super().__init__(code)
        self.code = code
        self.details = {camel(name): str(value) for name, value in details.items()}


class Metastore(Protocol):
    """One caller by one protocol."""

    def get(self, asset: str) -> Shown: ...
    def list(self, **asked: Any) -> Shown: ...
    def create(self, **fields: Any) -> Shown: ...
    def update(self, asset: str, version: int | None = None, **fields: Any) -> Shown: ...
    def delete(self, asset: str, version: int | None = None) -> None: ...
    def lineage(self, asset: str, depth: int = 3, direction: str = "both") -> Shown: ...
    def relate(self, source: str, target: str, kind: str, **metadata: Any) -> Shown: ...
    def search(self, words: str, **asked: Any) -> Shown: ...
    def create_task(self, kind: str, priority: int = 5, **payload: Any) -> Shown: ...
    def get_task(self, task: str) -> Shown: ...


def protocols(client: httpx.Client, server: Grpc, key: str) -> dict[str, Metastore]:
    """The same caller by each; `client` shows the key, wherever the app is."""
    stub = MetadataServiceStub(server.channel(api_key=key))
    return {"rest": OverRest(client), "graphql": OverGraphql(client), "grpc": OverGrpc(stub)}


READ_AS = ("total", "total_is_capped", "ranked_among", "words", "filters", "widened", "hints")


def camel(name: str) -> str:
    head, *tail = name.split("_")
    return head + "".join(part.capitalize() for part in tail)


def _moment(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp() * 1000 + 1e-3)


def _asset(found: Mapping[str, Any], tags: list[str], columns: list[tuple[Any, ...]]) -> Shown:
    shown = {name: found.get(name) or "" for name in FIELDS}
    return {**shown, "metadata": found["metadata"], "tags": sorted(tags), "columns": columns}


class OverRest:
    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def _call(self, method: str, path: str, version: int | None = None, **sent: Any) -> Any:
        headers = {} if version is None else {"If-Match": f'"{version}"'}
        answer = self._client.request(method, METASTORE + path, headers=headers, **sent)
        told: Any = answer.json() if answer.content else None
        if answer.is_success:
            return told
        raise Refusal(told["error"]["code"], told["error"]["details"])

    def _shown(self, found: Shown) -> Shown:
        columns = [(c["name"], c["type"], c["nullable"], c["tags"]) for c in found.get("schema", ())]
        shown = _asset(found, found["tags"], columns)
        return {**shown, "created_at": _moment(found["created_at"])}

    def get(self, asset: str) -> Shown:
        return self._shown(self._call("GET", f"/assets/{asset}"))

    def list(self, **asked: Any) -> Shown:
        page = self._call("GET", "/assets", params=asked)
        return {"total": page["pagination"]["total"], "names": [each["name"] for each in page["data"]]}

    def create(self, **fields: Any) -> Shown:
        return self._shown(self._call("POST", "/assets", json=fields))

    def update(self, asset: str, version: int | None = None, **fields: Any) -> Shown:
        return self._shown(self._call("PUT", f"/assets/{asset}", version, json=fields))

    def delete(self, asset: str, version: int | None = None) -> None:
        self._call("DELETE", f"/assets/{asset}", version)

    def lineage(self, asset: str, depth: int = 3, direction: str = "both") -> Shown:
        graph = self._call("GET", f"/assets/{asset}/lineage", params={"depth": depth, "direction": direction})
        sides = {
            side: sorted((each["asset"]["name"], each["relationship"]["type"]) for each in graph[side])
            for side in ("upstream", "downstream")
        }
        return {"asset": graph["asset"]["id"], "partial": graph["is_partial"], **sides}

    def relate(self, source: str, target: str, kind: str, **metadata: Any) -> Shown:
        body = {"source_asset_id": source, "target_asset_id": target, "type": kind, "metadata": metadata}
        made = self._call("POST", "/relationships", json=body)
        ends = {"source": made["source_asset_id"], "target": made["target_asset_id"]}
        return {**ends, "type": made["type"], "metadata": made["metadata"]}

    def search(self, words: str, **asked: Any) -> Shown:
        found = self._call("GET", "/search", params={"q": words, **asked})
        hits = [(each["asset"]["id"], each["score"], each["highlights"]) for each in found["results"]]
        return {"hits": hits, **{name: found[name] for name in READ_AS}}

    def create_task(self, kind: str, priority: int = 5, **payload: Any) -> Shown:
        return self._task(self._call("POST", "/tasks", json={"type": kind, "priority": priority, "payload": payload}))

    def get_task(self, task: str) -> Shown:
        return self._task(self._call("GET", f"/tasks/{task}"))

    @staticmethod
    def _task(found: Shown) -> Shown:
        return {name: found[name] for name in ("id", "type", "status", "progress", "priority", "payload")}


ASSET = """id type name qualifiedName description classification connectionId version metadata createdAt
  tags { name } schema { name type nullable tags { name } }"""
TASK = "id type status progress priority payload"
EDGES = "{ asset { name } relationship { type } }"


class OverGraphql:
    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def _ask(self, query: str, **variables: Any) -> Any:
        answer = self._client.post(GRAPHQL, json={"query": query, "variables": variables}).json()
        if errors := answer.get("errors"):
            told = errors[0]["extensions"]
            raise Refusal(told["code"], told.get("details", {}))
        (found,) = answer["data"].values()
        return found

    def _shown(self, found: Shown) -> Shown:
        snake = {"qualified_name": found["qualifiedName"], "connection_id": found["connectionId"]}
        columns = [
            (c["name"], c["type"], c["nullable"], [tag["name"] for tag in c["tags"]]) for c in found["schema"] or ()
        ]
        shown = _asset({**found, **snake}, [tag["name"] for tag in found["tags"]], columns)
        return {**shown, "created_at": _moment(found["createdAt"])}

    def get(self, asset: str) -> Shown:
        return self._shown(self._ask(f"query($id: ID!) {{ asset(id: $id) {{ {ASSET} }} }}", id=asset))

    def list(self, **asked: Any) -> Shown:
        part = {name: asked.pop(name) for name in ("limit", "offset") if name in asked}
        narrowed = {camel(name): value for name, value in asked.items()}
        if "tag" in narrowed:
            narrowed["tags"] = [narrowed.pop("tag")]
        query = """query($filter: AssetFilter, $part: Pagination) {
          assets(filter: $filter, pagination: $part) { totalCount nodes { name } } }"""
        page = self._ask(query, filter=narrowed, part=part)
        return {"total": page["totalCount"], "names": [each["name"] for each in page["nodes"]]}

    def create(self, **fields: Any) -> Shown:
        query = f"mutation($input: AssetInput!) {{ createAsset(input: $input) {{ {ASSET} }} }}"
        return self._shown(self._ask(query, input={camel(name): value for name, value in fields.items()}))

    def update(self, asset: str, version: int | None = None, **fields: Any) -> Shown:
        query = f"""mutation($id: ID!, $input: AssetDescription!, $version: Int) {{
          describeAsset(id: $id, input: $input, version: $version) {{ {ASSET} }} }}"""
        return self._shown(self._ask(query, id=asset, input=fields, version=version))

    def delete(self, asset: str, version: int | None = None) -> None:
        self._ask(
            "mutation($id: ID!, $version: Int) { deleteAsset(id: $id, version: $version) }", id=asset, version=version
        )

    def lineage(self, asset: str, depth: int = 3, direction: str = "both") -> Shown:
        query = f"""query($id: ID!, $depth: Int, $direction: LineageDirection) {{
          lineage(assetId: $id, depth: $depth, direction: $direction) {{
            asset {{ id }} isPartial upstream {EDGES} downstream {EDGES} }} }}"""
        graph = self._ask(query, id=asset, depth=depth, direction=direction.upper())
        sides = {
            side: sorted((each["asset"]["name"], each["relationship"]["type"]) for each in graph[side])
            for side in ("upstream", "downstream")
        }
        return {"asset": graph["asset"]["id"], "partial": graph["isPartial"], **sides}

    def relate(self, source: str, target: str, kind: str, **metadata: Any) -> Shown:
        query = """mutation($input: RelationshipInput!) {
          createRelationship(input: $input) { type metadata source { id } target { id } } }"""
        given = {"sourceAssetId": source, "targetAssetId": target, "type": kind, "metadata": metadata}
        made = self._ask(query, input=given)
        return {**made, "source": made["source"]["id"], "target": made["target"]["id"]}

    def search(self, words: str, **asked: Any) -> Shown:
        part = {name: asked.pop(name) for name in ("limit", "offset") if name in asked}
        query = """query($words: String!, $filters: SearchFilters, $part: Pagination) {
          searchPage(query: $words, filters: $filters, pagination: $part) {
            total totalIsCapped rankedAmong words widened hints filters { name values }
            results { asset { id } score highlights { field fragments } } } }"""
        narrowed = {camel(name): value for name, value in asked.items()}
        found = self._ask(query, words=words, filters=narrowed, part=part)
        hits = [
            (each["asset"]["id"], each["score"], {mark["field"]: mark["fragments"] for mark in each["highlights"]})
            for each in found["results"]
        ]
        told = {name: found[camel(name)] for name in READ_AS}
        return {"hits": hits, **told, "filters": {each["name"]: each["values"] for each in found["filters"]}}

    def create_task(self, kind: str, priority: int = 5, **payload: Any) -> Shown:
        query = f"mutation($input: TaskInput!) {{ createTask(input: $input) {{ {TASK} }} }}"
        made: Shown = self._ask(query, input={"type": kind, "priority": priority, "payload": payload})
        return made

    def get_task(self, task: str) -> Shown:
        found: Shown = self._ask(f"query($id: ID!) {{ task(id: $id) {{ {TASK} }} }}", id=task)
        return found


class OverGrpc:
    def __init__(self, stub: MetadataServiceStub) -> None:
        self._stub = stub

    @staticmethod
    def _call(call: Any, request: Any) -> Any:
        try:
            return call(request)
        except grpc.RpcError as error:
            told = Refused(error)
            raise Refusal(told.reason or told.code.name, told.facts if told.reason else {}) from None

    @staticmethod
    def _struct(values: Mapping[str, Any]) -> Struct:
        made = Struct()
        made.update(values)
        return made

    def _shown(self, found: v1.Asset) -> Shown:
        values = {name: getattr(found, name) for name in FIELDS}
        columns = [(c.name, c.type, c.nullable, [*c.tags]) for c in found.schema]
        shown = _asset({**values, "metadata": MessageToDict(found.metadata)}, [tag.name for tag in found.tags], columns)
        return {**shown, "created_at": found.created_at}

    def get(self, asset: str) -> Shown:
        return self._shown(self._call(self._stub.GetAsset, v1.GetAssetRequest(id=asset)))

    def list(self, **asked: Any) -> Shown:
        if "tag" in asked:
            asked["tag_ids"] = [asked.pop("tag")]
        asked |= {name: _moment(asked[name]) for name in ("created_after", "created_before") if name in asked}
        page = self._call(self._stub.ListAssets, v1.ListAssetsRequest(**asked))
        return {"total": page.total, "names": [each.name for each in page.assets]}

    def create(self, **fields: Any) -> Shown:
        if "metadata" in fields:
            fields["metadata"] = self._struct(fields["metadata"])
        columns = [
            {"default_value" if name == "default" else name: value for name, value in each.items()}
            for each in fields.pop("columns", ())
        ]
        return self._shown(self._call(self._stub.CreateAsset, v1.CreateAssetRequest(**fields, columns=columns)))

    def update(self, asset: str, version: int | None = None, **fields: Any) -> Shown:
        given: Shown = {"id": asset, "version": version, "clear": [name for name in fields if fields[name] is None]}
        given |= {name: value for name, value in fields.items() if value is not None}
        if "metadata" in given:
            given["metadata"] = self._struct(given["metadata"])
        if "tags" in given:
            given["tags"] = v1.TagNames(names=given["tags"])
        return self._shown(self._call(self._stub.UpdateAsset, v1.UpdateAssetRequest(**given)))

    def delete(self, asset: str, version: int | None = None) -> None:
        self._call(self._stub.DeleteAsset, v1.DeleteAssetRequest(id=asset, version=version))

    def lineage(self, asset: str, depth: int = 3, direction: str = "both") -> Shown:
        request = v1.GetLineageRequest(asset_id=asset, depth=depth, direction=direction)
        graph = self._call(self._stub.GetLineage, request)
        sides = {
            side: sorted((each.asset.name, each.relationship.type) for each in getattr(graph, side))
            for side in ("upstream", "downstream")
        }
        return {"asset": graph.asset.id, "partial": graph.is_partial, **sides}

    def relate(self, source: str, target: str, kind: str, **metadata: Any) -> Shown:
        request = v1.CreateRelationshipRequest(
            source_asset_id=source, target_asset_id=target, type=kind, metadata=self._struct(metadata)
        )
        made = self._call(self._stub.CreateRelationship, request)
        ends = {"source": made.source_asset_id, "target": made.target_asset_id}
        return {**ends, "type": made.type, "metadata": MessageToDict(made.metadata)}

    def search(self, words: str, **asked: Any) -> Shown:
        found = self._call(self._stub.Search, v1.SearchRequest(query=words, **asked))
        hits = [
            (each.asset.id, each.score, {field: [*marks.fragments] for field, marks in each.highlights.items()})
            for each in found.results
        ]
        told = {name: getattr(found, name) for name in READ_AS}
        filters = {name: [*each.values] for name, each in found.filters.items()}
        return {"hits": hits, **told, "filters": filters, "hints": [*found.hints]}

    def create_task(self, kind: str, priority: int = 5, **payload: Any) -> Shown:
        request = v1.CreateTaskRequest(type=kind, priority=priority, payload=self._struct(payload))
        return self._task(self._call(self._stub.CreateTask, request))

    def get_task(self, task: str) -> Shown:
        return self._task(self._call(self._stub.GetTask, v1.GetTaskRequest(id=task)))

    @staticmethod
    def _task(found: v1.BackgroundTask) -> Shown:
        values = {name: getattr(found, name) for name in ("id", "type", "status", "progress", "priority")}
        return {**values, "payload": MessageToDict(found.payload)}
