"""Callers that write by turns what a catalog is made of, and note what was answered, so that a test can look for it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from itertools import count, cycle
from threading import Event, Thread
from typing import Any

import httpx
from tests.support.app import METASTORE
from tests.support.protocols import Metastore, Refusal

State = tuple[str, list[str]] | None
"""The description and the tags of an asset, None where it is not there."""
AWAY = frozenset({"SERVICE_UNAVAILABLE", "UNAVAILABLE", "DEADLINE_EXCEEDED"})
"""What a server may say while a part of it is away; whether the write was made is open then."""
ITEMS = 5
PACE = 2.0
"""Seconds between two turns of who has the answers that a test waits for, so that an outage makes no heap of them."""


class Unanswered(Exception):
    """Nobody said whether the write was made."""


class Ledger:
    """What may be there: one state where a write was answered, two where it was not."""

    def __init__(self) -> None:
        self.assets: dict[str, list[State]] = {}
        self.edges: dict[tuple[str, str], list[bool]] = {}
        self.tags: list[str] = []

    @property
    def settled(self) -> dict[str, State]:
        """The assets of which there is no doubt."""
        return {name: states[0] for name, states in self.assets.items() if len(states) == 1}

    def add(self, other: Ledger) -> None:
        self.assets |= other.assets
        self.edges |= other.edges
        self.tags += other.tags


class Writer(Thread):
    """One caller in a thread of its own, by one protocol, until `end`."""

    def __init__(self, name: str) -> None:
        super().__init__(name=f"writer-{name}", daemon=True)
        self.by = name
        self.ledger = Ledger()
        self.answered = 0
        self.unanswered = 0
        self.goal = 0
        self.wrong: list[str] = []
        self.over = Event()

    def end(self) -> None:
        self.over.set()
        self.join(120)
        assert not self.is_alive(), f"{self.name} hangs"

    def run(self) -> None:
        for number in count():
            if self.over.is_set():
                return
            try:
                self.turn(f"{self.by}x{number}")
            except Unanswered:
                self.over.wait(0.1)
            if self.answered > self.goal:
                self.over.wait(PACE)

    def turn(self, name: str) -> None:
        raise AssertionError("a writer says what it writes")

    def ask(self, call: Callable[[], Any]) -> Any:
        """What is answered; anything but an answer or the word that somebody is away is noted as wrong."""
        try:
            answer = call()
        except httpx.TransportError:
            pass
        except Refusal as refusal:
            if refusal.code not in AWAY:
                self.wrong.append(f"{refusal.code} {refusal.details}")
        except Exception as error:
            self.wrong.append(repr(error))
        else:
            self.answered += 1
            return answer
        self.unanswered += 1
        raise Unanswered

    def write(self, facts: dict[Any, list[Any]], key: Hashable, after: Any, call: Callable[[], Any]) -> Any:
        """Ask, and note what this makes of one fact."""
        before = facts.get(key, [None])
        facts[key] = [*before, after]
        answer = self.ask(call)
        facts[key] = [after]
        return answer


class Mixed(Writer):
    """Makes two assets, relates them, describes and labels the first; every third turn deletes the second."""

    def __init__(self, name: str, metastore: Metastore) -> None:
        super().__init__(name)
        self._metastore = metastore
        self._turns = 0

    def turn(self, name: str) -> None:
        self._turns += 1
        caller, assets = self._metastore, self.ledger.assets
        first, second = f"{name}a", f"{name}b"
        ids = [self._make(each) for each in (first, second)]
        made = lambda: caller.relate(ids[0], ids[1], "DEPENDS_ON", by=self.by)  # noqa: E731
        self.write(self.ledger.edges, (first, second), True, made)
        change = {"description": f"what {name} is", "tags": ["kept", self.by]}
        after = (change["description"], sorted(change["tags"]))
        self.write(assets, first, after, lambda: caller.update(ids[0], 1, **change))
        if self._turns % 3 == 0:
            self.write(assets, second, None, lambda: caller.delete(ids[1]))

    def _make(self, name: str) -> str:
        fields = {"type": "TABLE", "name": name, "qualified_name": name, "description": "new", "tags": ["fresh"]}
        after = ("new", ["fresh"])
        return str(self.write(self.ledger.assets, name, after, lambda: self._metastore.create(**fields))["id"])


class Describing(Writer):
    """Describes one asset again and again, by each protocol in turn, for those who follow that one alone."""

    def __init__(self, name: str, callers: Sequence[Metastore], asset: str, qualified_name: str) -> None:
        super().__init__(name)
        self._turns = cycle(callers)
        self._asset = asset
        self._qualified_name = qualified_name
        self.ledger.assets[qualified_name] = [("new", [])]

    def turn(self, name: str) -> None:
        caller = next(self._turns)
        made = lambda: caller.update(self._asset, description=name)  # noqa: E731
        self.write(self.ledger.assets, self._qualified_name, (name, []), made)


class Batches(Writer):
    """Sends a batch of assets and makes a tag, each under an `Idempotency-Key`, again until it is answered."""

    def __init__(self, name: str, client: httpx.Client) -> None:
        super().__init__(name)
        self._client = client

    def turn(self, name: str) -> None:
        names = [f"{name}i{number}" for number in range(ITEMS)]
        items = [{"type": "VIEW", "name": each, "qualified_name": each, "tags": ["many"]} for each in names]
        self.ledger.assets |= {each: [None, ("", ["many"])] for each in names}
        told = self._until_answered(f"{METASTORE}/ingestion/batch", name, {"assets": items})
        if told.get("created") != ITEMS:
            self.wrong.append(f"a batch of new assets: {told}")
        self.ledger.assets |= {each: [("", ["many"])] for each in names}
        self._until_answered(f"{METASTORE}/tags", f"{name}-tag", {"name": f"{name} tag"})
        self.ledger.tags.append(f"{name} tag")

    def _until_answered(self, path: str, key: str, body: dict[str, Any]) -> dict[str, Any]:
        while True:
            try:
                found: dict[str, Any] = self.ask(lambda: self._post(path, key, body))
            except Unanswered:
                if self.over.wait(0.1):
                    raise
            else:
                return found

    def _post(self, path: str, key: str, body: dict[str, Any]) -> Any:
        answer = self._client.post(path, json=body, headers={"Idempotency-Key": key})
        told = answer.json()
        if not answer.is_success:
            raise Refusal(told["error"]["code"], told["error"]["details"])
        return told
