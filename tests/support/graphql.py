"""GraphQL asked by hand: a client that looks at codes, and assets to ask for."""

from __future__ import annotations

from typing import Any

import httpx

GRAPHQL = "/metastore/graphql"
MADE = "mutation($input: AssetInput!) { createAsset(input: $input) { id } }"
EDGE = """mutation($from: ID!, $to: ID!, $type: RelationshipType!) {
  createRelationship(input: {sourceAssetId: $from, targetAssetId: $to, type: $type}) { id } }"""


class Asking:
    """A caller of the door; calling it gives `data` and fails on errors."""

    def __init__(self, client: httpx.Client) -> None:
        self.client = client

    def __call__(self, query: str, /, **variables: Any) -> dict[str, Any]:
        answer = self.raw(query, **variables).json()
        assert "errors" not in answer, answer["errors"]
        found: dict[str, Any] = answer["data"]
        return found

    def raw(self, query: str, /, **variables: Any) -> httpx.Response:
        return self.client.post(GRAPHQL, json={"query": query, "variables": variables})

    def code(self, query: str, /, **variables: Any) -> str:
        """The code of the only error."""
        (error,) = self.raw(query, **variables).json()["errors"]
        return str(error["extensions"]["code"])

    def asset(self, name: str, kind: str = "TABLE", **more: Any) -> str:
        """The id of a fresh asset."""
        given = {"type": kind, "name": name, "qualifiedName": f"prod.public.{name}", **more}
        return str(self(MADE, input=given)["createAsset"]["id"])

    def edge(self, source: str, target: str, kind: str = "DEPENDS_ON") -> str:
        """The id of a fresh edge."""
        return str(self(EDGE, **{"from": source, "to": target, "type": kind})["createRelationship"]["id"])
