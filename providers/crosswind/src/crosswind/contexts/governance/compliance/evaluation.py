"""A connection judged by the rules: everything on it in stretches of bounded size, compared with what is stored.

The statements do not grow with the number of things but by one stretch. What is not known keeps what is open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from crosswind.contexts.catalog.repository import classifications
from crosswind.contexts.connections.models import ConnectionRow
from crosswind.contexts.governance import chain
from crosswind.contexts.governance.compliance import judging, subjects
from crosswind.contexts.governance.compliance.book import Book
from crosswind.contexts.governance.compliance.facts import Scope
from crosswind.contexts.governance.compliance.judging import Tally
from crosswind.contexts.governance.compliance.ports import Configured
from crosswind.contexts.governance.compliance.repository import things, violations
from crosswind.contexts.governance.compliance.rules import Rule
from crosswind.contexts.governance.compliance.subjects import Around, Audit, Subject

ASSETS_AT_ONCE = 1_000
COLUMNS_AT_ONCE = 5_000
Stored = Callable[[Session, int, Sequence[str], int, int | None], Sequence[Any]]


class Evaluation:
    """One evaluation of one connection by some of the rules; the caller holds its lock."""

    def __init__(
        self, session: Session, row: ConnectionRow, rules: Mapping[str, Rule], now: datetime, seen: datetime | None
    ) -> None:
        self._session = session
        self._row = row
        self._rules = rules
        self._now = now
        self._seen = seen
        self.tally = Tally.over(rules.values())

    def run(self, source: Mapping[str, Any] | None, configured: Configured) -> None:
        """Judge the connection, its assets and its columns, and write what changed."""
        tenant = self._row.tenant
        audit = Audit(chain.newest_hold(self._session, tenant), things.oldest_unsealed(self._session, tenant))
        itself = subjects.of_connection(self._row, source, configured, audit)
        stored = violations.of_connection(self._session, self._row.key, self._ids)
        self._compare("connection", [itself], stored)
        around = Around(
            itself.facts,
            {each.name: each.level for each in classifications.known(self._session, tenant)},
            things.buckets(self._session, self._row.key),
            scanned=source is not None,
        )
        self._assets(around)
        self._columns(around)

    @property
    def _ids(self) -> list[str]:
        return list(self._rules)

    def _of(self, scope: Scope) -> list[Rule]:
        return [rule for rule in self._rules.values() if rule.applies_to == scope]

    def _assets(self, around: Around) -> None:
        pages = things.assets(self._session, self._row.key, ASSETS_AT_ONCE) if self._of("asset") else iter(())
        for rows, stored in self._stretches(pages, violations.of_assets):
            self._compare("asset", (subjects.of_asset(row, around) for row in rows), stored)

    def _columns(self, around: Around) -> None:
        """Columns that were looked at without a find only when some rule can mean one without personal data."""
        every = any(not rule.about_personal_data for rule in self._of("column"))
        if self._of("column") and not around.scanned and not every:
            self._nothing_known()
            return
        wanted = bool(self._of("column"))
        pages = things.columns(self._session, self._row.key, COLUMNS_AT_ONCE, every=every) if wanted else iter(())
        for rows, stored in self._stretches(pages, violations.of_columns):
            self._compare("column", self._column_subjects(rows, around), stored)

    def _nothing_known(self) -> None:
        """Before the first scan nobody knows which columns hold personal data."""
        if number := things.count_columns(self._session, self._row.key):
            for rule in self._of("column"):
                self.tally.counts[rule.id]["unknown"] = number

    def _column_subjects(self, rows: Sequence[Any], around: Around) -> Iterator[Subject]:
        keys = sorted({row.asset_key for row in rows})
        found = things.these_assets(self._session, keys) if keys else ()
        assets = {row.key: subjects.of_asset(row, around) for row in found}
        return (subjects.of_column(row, assets[row.asset_key], around) for row in rows if row.asset_key in assets)

    def _stretches(
        self, pages: Iterator[Sequence[Any]], stored: Stored
    ) -> Iterator[tuple[Sequence[Any], Sequence[Any]]]:
        """Each page with the violations up to its last key, and at the end those beyond."""
        after = 0
        for rows in pages:
            until = rows[-1].key
            yield rows, stored(self._session, self._row.key, self._ids, after, until)
            after = until
        yield (), stored(self._session, self._row.key, self._ids, after, None)

    def _compare(self, scope: Scope, found: Any, stored: Sequence[Any]) -> None:
        changes = judging.compare(self._of(scope), found, stored, self._now, self.tally)
        violations.write(self._session, self._row, changes, self._now, self._seen)


def chosen(book: Book, standards: Sequence[str]) -> dict[str, Rule]:
    """The rules that cite one of these standards; all of them where none is named."""
    wanted = set(standards)
    return {
        name: rule
        for name, rule in book.rules.items()
        if not wanted or any(each.standard in wanted for each in rule.standards)
    }
