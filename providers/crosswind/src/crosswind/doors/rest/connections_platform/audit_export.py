"""Entries of the audit as lines: JSON, or CSV for a spreadsheet."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Literal

from crosswind.contexts.governance.schemas import AuditEntry
from crosswind.doors.rest import spreadsheets

Format = Literal["jsonl", "csv"]
MEDIA: dict[Format, str] = {"jsonl": "application/x-ndjson", "csv": "text/csv; charset=utf-8"}
COLUMNS = tuple(field.alias or name for name, field in AuditEntry.model_fields.items())


def wanted(asked: Format | None, accept: str) -> Format:
    """The format that was asked for by name, or by the first kind in `Accept` that can be written."""
    if asked is not None:
        return asked
    kinds = [kind.partition(";")[0].strip().lower() for kind in accept.split(",")]
    return "csv" if next((kind for kind in kinds if kind in _KINDS), "") == "text/csv" else "jsonl"


_KINDS = frozenset({"text/csv", "application/x-ndjson", "application/jsonl", "application/json", "*/*"})


def head(kind: Format) -> bytes:
    """What stands before the first entry."""
    return spreadsheets.lines([COLUMNS]).encode() if kind == "csv" else b""


def lines(kind: Format, entries: Sequence[AuditEntry]) -> bytes:
    """A line an entry."""
    shown = [entry.model_dump(mode="json", by_alias=True) for entry in entries]
    if kind == "csv":
        return spreadsheets.lines([[row[name] for name in COLUMNS] for row in shown]).encode()
    return b"".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n" for row in shown)
