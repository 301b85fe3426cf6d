"""What OpenLineage names, and the assets they are in the catalog."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any, NamedTuple

from crosswind.contexts.catalog import words

LONGEST_TITLE = 255
_FILES = frozenset(
    {"s3", "s3a", "s3n", "gs", "gcs", "file", "hdfs", "abfs", "abfss", "wasb", "wasbs", "dbfs", "adl", "kafka",
     "pubsub", "inmemory", "http", "https", "ftp", "sftp"}
)  # fmt: skip
"""Schemes of namespaces whose datasets are no tables."""


class Identity(NamedTuple):
    """A job or a dataset by its namespace and name."""

    is_job: bool
    namespace: str
    name: str

    @property
    def qualified_name(self) -> str:
        """The qualified name of an asset that no crawl found."""
        return f"{self.namespace.rstrip('/')}/{self.name.lstrip('/')}"

    @property
    def scheme(self) -> str:
        """The system that the namespace is of."""
        return self.namespace.partition(":")[0].lower()


def asset_of(identity: Identity, facts: dict[str, Any]) -> dict[str, Any]:
    """The record of an asset; `given` are the facts it was made of."""
    fields = facts.get("fields")
    title = _title(identity)
    columns = (word for each in fields or () for word in words.of_name(each["name"]))
    comment = facts.get("comment")
    text = (
        ("A", words.of_name(title)),
        ("B", columns),
        ("C", words.of_text(comment or "")),
        ("D", words.of_name(identity.name)),
    )
    record = {
        "type": _type(identity, facts),
        "detail": "job" if identity.is_job else None,
        "name": title,
        "qualified_name": identity.qualified_name,
        "namespace": identity.namespace,
        "dataset": identity.name,
        "words": words.vector(text),
        "given": facts,
    }
    return record | {key: facts[key] for key in ("comment", "facts", "fields", "also") if facts.get(key)}


def edge_name(job: Identity) -> str:
    """What tells edges of one pair apart by the job that made them."""
    return "job:" + blake2b(job.qualified_name.encode(), digest_size=12).hexdigest()


def _type(identity: Identity, facts: dict[str, Any]) -> str:
    if identity.is_job:
        return "PIPELINE"
    said = str(facts.get("kind") or "").upper()
    if said in {"TABLE", "VIEW"}:
        return said
    return "DATASET" if identity.scheme in _FILES else "TABLE"


def _title(identity: Identity) -> str:
    """The last part of a name: of a path what stands after the last slash, of a table after the last dot."""
    name = identity.name.rstrip("/")
    if not identity.is_job:
        name = name.rpartition("/" if identity.scheme in _FILES else ".")[2]
    return (name or identity.name)[-LONGEST_TITLE:]
