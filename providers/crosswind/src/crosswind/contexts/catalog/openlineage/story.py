"""What a number of events say together: assets, runs and edges, each once and in an order that cannot deadlock."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from crosswind.contexts.catalog.openlineage import facets
from crosswind.contexts.catalog.openlineage.naming import Identity, asset_of, edge_name
from crosswind.contexts.catalog.openlineage.wire import Dataset, Event, Job, Run

MOST_PAIRS = 400
"""Direct edges from outputs to inputs of one event; with more of them, datasets are joined through the job only."""
_ENDS = frozenset({"COMPLETE", "ABORT", "FAIL"})
Record = dict[str, Any]


class Story:
    """Collects events; `told` is what the store takes in one call."""

    def __init__(self) -> None:
        self._assets: dict[Identity, Record] = {}
        self._runs: dict[UUID, Record] = {}
        self._edges: dict[tuple[Identity, str, str, Identity], Record] = {}

    def add(self, event: Event) -> None:
        """Take one event in."""
        if event.dataset is not None:
            self._dataset(event.dataset, event)
        if event.job is None:
            return
        job = self._job(event.job, event.at)
        inputs = {self._dataset(each, event): each for each in event.inputs or ()}
        outputs = {self._dataset(each, event): each for each in event.outputs or ()}
        if event.run is not None:
            self._run(event, event.run, job, inputs, outputs)
        about: Record = {} if event.run is None else {"run_id": str(event.run.run_id)}
        for each in inputs:
            self._edge(job, "USES", "", each, about)
        for each in outputs:
            self._edge(job, "PRODUCES", "", each, about)
        if len(inputs) * len(outputs) <= MOST_PAIRS:
            through = {"job": {"namespace": event.job.namespace, "name": event.job.name}, **about}
            self._tables(job, inputs, outputs, event.at, through)

    def told(self) -> Record:
        """The records, with places counted from 1 for what they refer to."""
        order = sorted(self._assets, key=lambda each: self._assets[each]["qualified_name"])
        place = {identity: number for number, identity in enumerate(order, 1)}
        runs = [{**self._runs[each], "job": place[self._runs[each]["job"]]} for each in sorted(self._runs)]
        for run in runs:
            run |= {side: sorted(place[each] for each in run[side]) for side in ("inputs", "outputs")}
        edges = [
            {"source": place[source], "type": kind, "name": name, "target": place[target], "metadata": metadata}
            for (source, kind, name, target), metadata in self._edges.items()
        ]
        edges.sort(key=lambda each: (each["source"], each["type"], each["name"], each["target"]))
        assets = [{key: value for key, value in self._assets[each].items() if key != "given"} for each in order]
        return {"assets": assets, "runs": runs, "edges": edges}

    def _job(self, job: Job, at: datetime) -> Identity:
        return self._asset(Identity(True, job.namespace, job.name), facets.of_job(job.facets or {}), at)

    def _dataset(self, found: Dataset, event: Event) -> Identity:
        identity = Identity(False, found.namespace, found.name)
        told = facets.of_dataset(found.facets or {})
        if event.is_done and (happened := facets.lifecycle(found.facets or {})):
            told["facts"] = {**told.get("facts", {}), "lifecycle": happened.fact(event.at)}
            if happened.previous is not None and happened.previous != identity:
                self._asset(happened.previous, {"facts": {"lifecycle": facets.renamed(identity, event.at)}}, event.at)
        return self._asset(identity, told, event.at)

    def _asset(self, identity: Identity, facts: Record, at: datetime) -> Identity:
        """Note an asset; what a later event says of it stands over what an earlier one said."""
        known = self._assets.get(identity)
        if known is None:
            self._assets[identity] = {**asset_of(identity, facts), "at": at}
        elif facts:
            older, newer = (known["given"], facts) if at >= known["at"] else (facts, known["given"])
            merged = {**older, **newer, "facts": {**older.get("facts", {}), **newer.get("facts", {})}}
            self._assets[identity] = {**asset_of(identity, merged), "at": max(at, known["at"])}
        return identity

    def _run(
        self, event: Event, run: Run, job: Identity, inputs: Iterable[Identity], outputs: Iterable[Identity]
    ) -> None:
        told = run.facets or {}
        state = event.event_type or "OTHER"
        parent = facets.parent_of(told)
        if parent is not None:
            mother = self._asset(Identity(True, parent.namespace, parent.name), {}, event.at)
            self._edge(mother, "CONTAINS", "", job, {})
        fresh: Record = {
            "run_id": run.run_id,
            "job": job,
            "parent": parent.run_id if parent else None,
            "state": state,
            "nominal_at": facets.nominal_time(told),
            "started_at": event.at if state == "START" else None,
            "ended_at": event.at if state in _ENDS else None,
            "at": event.at,
            "facets": facets.kept(told),
            "inputs": set(inputs),
            "outputs": set(outputs),
        }
        known = self._runs.get(run.run_id)
        self._runs[run.run_id] = fresh if known is None else _together(known, fresh)

    def _tables(
        self, job: Identity, inputs: dict[Identity, Dataset], outputs: dict[Identity, Dataset], at: datetime,
        through: Record,
    ) -> None:  # fmt: skip
        """Join what was written with what was read, by columns where the event tells them."""
        name = edge_name(job)
        for output, found in outputs.items():
            columns = facets.column_lineage(found.facets or {})
            for identity in columns or ():
                self._asset(identity, {}, at)
            for source in {**inputs, **dict.fromkeys(columns or ())}:
                about = dict(through)
                if columns is not None:
                    about |= {"column_mapping": columns.get(source, {}), "column_lineage": "parsed"}
                self._edge(output, "DEPENDS_ON", name, source, about)

    def _edge(self, source: Identity, kind: str, name: str, target: Identity, metadata: Record) -> None:
        known = self._edges.get((source, kind, name, target))
        if known is None or "column_mapping" in metadata:
            self._edges[source, kind, name, target] = metadata


def _together(known: Record, fresh: Record) -> Record:
    """Two events of one run; the order in which they came in means nothing."""
    earlier, later = (known, fresh) if known["at"] <= fresh["at"] else (fresh, known)
    ranked = max((earlier, later), key=lambda each: (_rank(each["state"]), each["at"]))
    times = {key: [each[key] for each in (earlier, later) if each[key]] for key in ("started_at", "ended_at")}
    return {
        **later,
        "job": known["job"],
        "state": ranked["state"],
        "parent": later["parent"] or earlier["parent"],
        "nominal_at": later["nominal_at"] or earlier["nominal_at"],
        "started_at": min(times["started_at"], default=None),
        "ended_at": max(times["ended_at"], default=None),
        "facets": {**earlier["facets"], **later["facets"]},
        "inputs": known["inputs"] | fresh["inputs"],
        "outputs": known["outputs"] | fresh["outputs"],
    }


def _rank(state: str) -> int:
    return {"OTHER": 0, "START": 1, "RUNNING": 2}.get(state, 3)
