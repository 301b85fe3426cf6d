"""The catalogs that speak REST, each as one connection to it."""

from __future__ import annotations

import json
from typing import Any

from tests.bench.peers.link import Link
from tests.bench.peers.workload import COLUMNS, PLACES, SENTENCE
from tests.support.app import METASTORE

PAGE = 100


class Nessie:
    """Each table is a commit on the branch; no columns are kept there but in files that it names."""

    def __init__(self, port: int) -> None:
        self._link = Link(port)
        reference = json.loads(self._link.ask("GET", "/api/v2/trees/main"))["reference"]
        self._hash: str = reference["hash"]

    def place(self, place: str) -> None:
        self._put([place], {"type": "NAMESPACE", "elements": [place]})

    def create(self, place: str, name: str) -> None:
        where = f"file:///warehouse/{place}/{name}/metadata/00000.metadata.json"
        numbers = {"snapshotId": 1, "schemaId": 0, "specId": 0, "sortOrderId": 0}
        self._put([place, name], {"type": "ICEBERG_TABLE", "metadataLocation": where, **numbers})

    def get(self, place: str, name: str) -> bytes:
        return self._link.ask("GET", f"/api/v2/trees/main/contents/{place}.{name}")

    def names(self, place: str) -> int:
        listed, token = 0, ""
        while True:
            asked = f"filter=entry.namespace%3D%3D%27{place}%27&max-records={PAGE}{token}"
            page = json.loads(self._link.ask("GET", f"/api/v2/trees/main/entries?{asked}"))
            listed += len([each for each in page["entries"] if each["type"] == "ICEBERG_TABLE"])
            if not page["hasMore"]:
                return listed
            token = f"&page-token={page['token']}"

    def whole(self, place: str) -> None:
        return None

    def _put(self, elements: list[str], content: dict[str, Any]) -> None:
        operation = {"type": "PUT", "key": {"elements": elements}, "content": content}
        body = {"commitMeta": {"message": SENTENCE}, "operations": [operation]}
        answer = self._link.ask("POST", f"/api/v2/trees/main@{self._hash}/history/commit", body)
        self._hash = json.loads(answer)["targetBranch"]["hash"]


class Iceberg:
    """Iceberg's REST catalog: a list has names, and the columns of a table come with the table."""

    def __init__(self, port: int) -> None:
        self._link = Link(port)
        kinds = {"bigint": "long"}
        fields = [
            {"id": number, "name": name, "required": False, "type": kinds.get(kind, kind)}
            for number, (name, kind) in enumerate(COLUMNS, 1)
        ]
        self._schema = {"type": "struct", "schema-id": 0, "fields": fields}

    def place(self, place: str) -> None:
        self._link.ask("POST", "/v1/namespaces", {"namespace": [place]})

    def create(self, place: str, name: str) -> None:
        body = {"name": name, "schema": self._schema, "properties": {"comment": SENTENCE}}
        self._link.ask("POST", f"/v1/namespaces/{place}/tables", body)

    def get(self, place: str, name: str) -> bytes:
        return self._link.ask("GET", f"/v1/namespaces/{place}/tables/{name}")

    def names(self, place: str) -> int:
        return len(self._identifiers(place))

    def whole(self, place: str) -> int:
        tables = [json.loads(self.get(place, each["name"])) for each in self._identifiers(place)]
        return sum(len(each["metadata"]["schemas"][0]["fields"]) == len(COLUMNS) for each in tables)

    def _identifiers(self, place: str) -> list[dict[str, str]]:
        found: list[dict[str, str]] = json.loads(self._link.ask("GET", f"/v1/namespaces/{place}/tables"))["identifiers"]
        return found


class Crosswind:
    """Ours: tables are made one by one; those that are read and listed came with a crawl, their columns as rows."""

    def __init__(self, port: int, key: str) -> None:
        self._link = Link(port, f"X-API-Key: {key}\r\n")
        self._ids = {place: {each["name"]: each["id"] for each in self._listed(place)} for place in PLACES}

    def create(self, place: str, name: str) -> None:
        body = {
            "type": "TABLE", "name": name, "qualified_name": f"bench.{place}.{name}", "description": SENTENCE,
            "metadata": {"columns": dict(COLUMNS)}, "tags": ["bench"],
        }  # fmt: skip
        self._link.ask("POST", f"{METASTORE}/assets", body)

    def get(self, place: str, name: str) -> bytes:
        return self._link.ask("GET", f"{METASTORE}/assets/{self._ids[place][name]}")

    def names(self, place: str) -> int:
        return len(self._listed(place))

    def whole(self, place: str) -> int:
        tables = self._listed(place, "&include=columns")
        return sum(len(each["schema"]) == len(COLUMNS) for each in tables)

    def _listed(self, place: str, more: str = "") -> list[dict[str, Any]]:
        asked = f"{METASTORE}/assets?type=TABLE&schema={place}&sort=name:asc&limit={PAGE}{more}"
        listed: list[dict[str, Any]] = []
        cursor = ""
        while True:
            page = json.loads(self._link.ask("GET", asked + cursor))
            listed += page["data"]
            if not page["pagination"]["has_more"]:
                return listed
            cursor = f"&cursor={page['pagination']['next_cursor']}"
