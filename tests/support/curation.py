"""What REST and GraphQL have and gRPC has not, in one shape: whole writes, tags, edges, versions, facets and tasks."""

from __future__ import annotations

from typing import Any, Protocol

import httpx
from tests.support.app import PLATFORM
from tests.support.protocols import ASSET, TASK, OverGraphql, OverRest, Refusal, Shown, camel

MEANT = {403: "FORBIDDEN", 404: "ASSET_NOT_FOUND", 409: "VERSION_CONFLICT"}
"""The metastore's word for what the platform's family refuses with, by status."""


class Curation(Protocol):
    """One caller by one of both protocols."""

    def write(self, asset: str, version: int | None = None, **fields: Any) -> Shown: ...
    def restore(self, asset: str, version: int | None = None) -> Shown: ...
    def versions(self, asset: str) -> list[Shown]: ...
    def diff(self, asset: str, **between: int) -> Shown: ...
    def bring_back(self, asset: str, number: int, version: int | None = None) -> Shown: ...
    def unrelate(self, edge: str) -> None: ...
    def make_tag(self, **fields: Any) -> Shown: ...
    def tags(self, **asked: Any) -> list[Shown]: ...
    def facets(self, words: str) -> Shown: ...
    def cancel(self, task: str, version: int | None = None) -> None: ...
    def tasks(self, **asked: Any) -> list[str]: ...


def curations(client: httpx.Client) -> dict[str, Curation]:
    """The same caller by each."""
    return {"rest": RestCuration(client), "graphql": GraphqlCuration(client)}


class RestCuration(OverRest):
    def _platform(self, method: str, path: str, version: int | None = None, **sent: Any) -> Any:
        headers = {} if version is None else {"If-Match": f'"{version}"'}
        answer = self._client.request(method, PLATFORM + path, headers=headers, **sent)
        told = answer.json()
        if answer.is_success:
            return told
        raise Refusal(MEANT.get(answer.status_code, told["error"]["code"]), told["error"].get("details") or {})

    def write(self, asset: str, version: int | None = None, **fields: Any) -> Shown:
        return self.update(asset, version, **fields)

    def restore(self, asset: str, version: int | None = None) -> Shown:
        return self._shown(self._platform("POST", f"/assets/{asset}/restore", version))

    def versions(self, asset: str) -> list[Shown]:
        page = self._platform("GET", f"/assets/{asset}/versions")
        return [{name: each[name] for name in ("number", "kind", "breaking", "changes")} for each in page["data"]]

    def diff(self, asset: str, **between: int) -> Shown:
        found = self._platform("GET", f"/assets/{asset}/diff", params=between)
        fields = sorted((each["field"], each["before"], each["after"]) for each in found["fields"])
        same = ("before", "after", "columns", "tags", "owners", "terms", "products")
        return {**{name: found[name] for name in same}, "fields": fields}

    def bring_back(self, asset: str, number: int, version: int | None = None) -> Shown:
        return self._shown(self._platform("POST", f"/assets/{asset}/versions/{number}/restore", version))

    def unrelate(self, edge: str) -> None:
        self._call("DELETE", f"/relationships/{edge}")

    def make_tag(self, **fields: Any) -> Shown:
        return _tag(self._call("POST", "/tags", json=fields))

    def tags(self, **asked: Any) -> list[Shown]:
        return [_tag(each) for each in self._call("GET", "/tags", params=asked)["data"]]

    def facets(self, words: str) -> Shown:
        found = self._call("GET", "/search/facets", params={"q": words})
        counts = {name: sorted(values.items()) for name, values in found["facets"].items()}
        return {"total": found["total"], "capped": found["total_is_capped"], "facets": counts}

    def cancel(self, task: str, version: int | None = None) -> None:
        self._call("DELETE", f"/tasks/{task}", version)

    def tasks(self, **asked: Any) -> list[str]:
        return [each["id"] for each in self._platform("GET", "/runs", params=asked)["data"]]


class GraphqlCuration(OverGraphql):
    def write(self, asset: str, version: int | None = None, **fields: Any) -> Shown:
        query = f"""mutation($id: ID!, $input: AssetInput!, $version: Int) {{
          updateAsset(id: $id, input: $input, version: $version) {{ {ASSET} }} }}"""
        given = {camel(name): value for name, value in fields.items()}
        return self._shown(self._ask(query, id=asset, input=given, version=version))

    def restore(self, asset: str, version: int | None = None) -> Shown:
        query = f"mutation($id: ID!, $v: Int) {{ restoreAsset(id: $id, version: $v) {{ {ASSET} }} }}"
        return self._shown(self._ask(query, id=asset, v=version))

    def versions(self, asset: str) -> list[Shown]:
        query = "query($id: ID!) { assetVersions(assetId: $id) { number kind breaking changes } }"
        found: list[Shown] = self._ask(query, id=asset)
        return found

    def diff(self, asset: str, **between: int) -> Shown:
        query = """query($id: ID!, $from: Int, $to: Int) { assetDiff(assetId: $id, from: $from, to: $to) {
          before after columns owners tagsAdded tagsRemoved termsAdded termsRemoved productsAdded productsRemoved
          fields { field before after } } }"""
        found = self._ask(query, id=asset, **between)
        fields = sorted((each["field"], each["before"], each["after"]) for each in found["fields"])
        lists = ("tags", "terms", "products")
        moved = {name: {"added": found[f"{name}Added"], "removed": found[f"{name}Removed"]} for name in lists}
        same = ("before", "after", "columns", "owners")
        return {**{name: found[name] for name in same}, "fields": fields, **moved}

    def bring_back(self, asset: str, number: int, version: int | None = None) -> Shown:
        query = f"""mutation($id: ID!, $number: Int!, $version: Int) {{
          restoreAssetVersion(assetId: $id, number: $number, version: $version) {{ {ASSET} }} }}"""
        return self._shown(self._ask(query, id=asset, number=number, version=version))

    def unrelate(self, edge: str) -> None:
        self._ask("mutation($id: ID!) { deleteRelationship(id: $id) }", id=edge)

    def make_tag(self, **fields: Any) -> Shown:
        query = "mutation($input: TagInput!) { createTag(input: $input) { id name category description } }"
        return _tag(self._ask(query, input=fields))

    def tags(self, **asked: Any) -> list[Shown]:
        query = "query($filter: TagFilter) { tags(filter: $filter) { id name category description } }"
        return [_tag(each) for each in self._ask(query, filter=asked)]

    def facets(self, words: str) -> Shown:
        query = """query($q: String!) {
          facets(query: $q) { total totalIsCapped facets { name values { value count } } } }"""
        found = self._ask(query, q=words)
        counts = {each["name"]: _counts(each["values"]) for each in found["facets"]}
        return {"total": found["total"], "capped": found["totalIsCapped"], "facets": counts}

    def cancel(self, task: str, version: int | None = None) -> None:
        self._ask("mutation($id: ID!, $v: Int) { cancelTask(id: $id, version: $v) }", id=task, v=version)

    def tasks(self, **asked: Any) -> list[str]:
        query = f"query($filter: TaskFilter) {{ tasks(filter: $filter) {{ {TASK} }} }}"
        return [each["id"] for each in self._ask(query, filter={camel(name): asked[name] for name in asked})]


def _tag(found: Shown) -> Shown:
    return {name: found[name] for name in ("id", "name", "category", "description")}


def _counts(values: list[Shown]) -> list[tuple[str, int]]:
    return sorted((each["value"], each["count"]) for each in values)
