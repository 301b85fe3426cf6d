"""The main job, step by step, through REST alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from demo.api import CONNECTIONS, METASTORE, PLATFORM, Api
from demo.progress import DemoError, Steps, note

Crawl = dict[str, Any]


@dataclass(frozen=True)
class Target:
    """The connection that the demo registers."""

    id: str
    name: str
    configuration: dict[str, Any]
    credentials: dict[str, Any]
    may_have_another_password: bool = False
    system: str = "postgres"

    @property
    def words(self) -> tuple[str, str, str]:
        """What the connection leads to, what that holds, and what a crawl reads of it."""
        if self.system == "s3":
            return "bucket", "datasets", "datasets and their columns"
        return "database", "tables and views", "columns, keys, views and lineage"

    def body(self) -> dict[str, Any]:
        """Return the body that creates it."""
        return {
            "id": self.id,
            "name": self.name,
            "type": self.system,
            "environment": "dev",
            "owner": "demo",
            "configuration": self.configuration,
            "credentials": self.credentials,
        }


class Job:
    """Registers, tests, discovers and crawls one connection."""

    def __init__(self, api: Api, steps: Steps, target: Target) -> None:
        self.api = api
        self.steps = steps
        self.target = target
        self._path = f"{CONNECTIONS}/connections/{target.id}"

    def register(self) -> None:
        """Create the connection, or bring the one that stands up to date."""
        with self.steps.step(f"Registering the {self.target.words[0]} through REST") as outcome:
            stands = self.api.call("GET", self._path, also=404)
            if stands is None:
                kind = "storage" if self.target.system == "s3" else "database"
                self.api.call("POST", f"{CONNECTIONS}/connections/{kind}/{self.target.system}", self.target.body())
                outcome.append(f"connection {self.target.id} is registered, and is an Airflow connection too")
            elif not self._same(stands):
                self.api.call("PUT", self._path, self.target.body())
                outcome.append(f"connection {self.target.id} is brought up to date")
            else:
                outcome.append(f"connection {self.target.id} is registered already, nothing changed")

    def _same(self, stands: dict[str, Any]) -> bool:
        known = stands.get("configuration") or {}
        login = stands.get("credentials") or {}
        wanted, given = self.target.configuration, self.target.credentials
        named = (login.get(name) == given.get(name) for name in ("username", "accessKey"))
        if not all(named) or self.target.may_have_another_password:
            return False
        return wanted.items() <= known.items()

    def test(self) -> None:
        """Test the connection; each failed step says what to do."""
        with self.steps.step(f"Testing the connection to the {self.target.words[0]}") as outcome:
            result = self.api.call("POST", f"{self._path}/test")
            steps = result["steps"]
            for step in steps:
                if step["status"] in {"failed", "warning"}:
                    note(f"{step['name']} {step['status']}: {step.get('message')} {step.get('remedy') or ''}".rstrip())
            if not result["success"]:
                msg = "The connection test failed, see above."
                raise DemoError(msg)
            outcome.append(f"{sum(step['status'] == 'passed' for step in steps)} of {len(steps)} steps passed")

    def discover(self) -> None:
        """List what there is by name."""
        holds = self.target.words[1]
        with self.steps.step(f"Discovering {holds}") as outcome:
            started = self.api.call("POST", f"{self._path}/discover")
            result = self.api.follow(started["taskId"], note).get("result") or {}
            schemas = f"{result.get('schemas', '?')} schemas, " if self.target.system == "postgres" else ""
            outcome.append(f"{schemas}{result.get('seen', '?')} {holds}")

    def crawl(self, label: str | None = None) -> Crawl:
        """Crawl and return the summary with its diff."""
        with self.steps.step(label or f"Crawling {self.target.words[2]}") as outcome:
            body = {"type": "CRAWL", "payload": {"connection_id": self.target.id}}
            task = self.api.follow(self.api.call("POST", f"{METASTORE}/tasks", body)["id"], note)
            crawl: Crawl = self.api.call("GET", f"{PLATFORM}/crawls/{task['id']}")
            crawl = {**crawl, **(crawl.get("summary") or {})}
            outcome.append(in_words(crawl["counts"]))
        return crawl


def in_words(counts: dict[str, int]) -> str:
    """Return what a crawl changed; objects known by name alone all change when they are first read in full."""
    if counts.get("changed") and not counts.get("unchanged") and not counts.get("removed"):
        return f"{counts['changed'] + counts.get('added', 0)} objects read in full for the first time"
    changed = [f"{counts[kind]} {kind}" for kind in ("added", "changed", "removed", "held") if counts.get(kind)]
    return ", ".join(changed) if changed else f"nothing changed, {counts.get('unchanged', 0)} objects are as they were"
