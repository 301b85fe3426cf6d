"""Search over names, columns, comments, descriptions and tags; a committed write is in the very next answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import Row

from crosswind.contexts.catalog import words
from crosswind.contexts.catalog.repository import facets as counting
from crosswind.contexts.catalog.repository import search as repository
from crosswind.contexts.catalog.repository.scope import brief
from crosswind.contexts.catalog.schemas import Brief, FacetResult, Hit, SearchQuery, SearchResult
from crosswind.kit.paging import Window
from crosswind.kit.unit_of_work import UnitOfWork

LONGEST_EXCERPT = 300
Found = dict[str, list[str]]


class SearchService:
    """Searches of one unit of work."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._session = uow.session
        self._actor = uow.actor

    def search(self, query: SearchQuery, window: Window) -> SearchResult:
        """Hits, best first; without words everything, newest first; words that hold no letter or digit find nothing."""
        asked = words.Query.parse(query.q)
        if not asked.terms:
            if query.q.strip():
                return {"results": [], "total": 0, "total_is_capped": False}
            rows, total = repository.newest(self._session, self._actor, query, window)
            return {"results": [_hit(row, {}) for row in rows], "total": total, "total_is_capped": False}
        rows = repository.hits(self._session, self._actor, query, asked, window)
        total = rows[0].total if rows else 0
        highlights = self._highlights(rows, asked)
        results = [_hit(row, highlights[row.key]) for row in rows]
        return {"results": results, "total": min(total, repository.CAP), "total_is_capped": total > repository.CAP}

    def facets(self, query: SearchQuery) -> FacetResult:
        """How the hits spread over types, tags, classifications, connections and schemas."""
        asked = words.Query.parse(query.q)
        facets: dict[str, dict[str, int]] = {name: {} for name in counting.NAMES}
        total = 0
        if asked.terms or not query.q.strip():
            for row in counting.facets(self._session, self._actor, query, asked):
                if row.facet == "total":
                    total = row.hits
                else:
                    facets[row.facet][row.value] = row.hits
        capped = bool(asked.terms) and total > repository.CAP
        return {"facets": facets, "total": min(total, repository.CAP) if capped else total, "total_is_capped": capped}

    def _highlights(self, rows: Sequence[Row[Any]], asked: words.Query) -> dict[int, Found]:
        found: dict[int, Found] = defaultdict(dict)
        for row in rows:
            for name in ("name", "description"):
                _mark(found[row.key], name, getattr(row, name), asked)
            tags = [marked for tag in row.tags if (marked := words.highlight(tag, asked))]
            if tags:
                found[row.key]["tags"] = tags
        for column in repository.columns(self._session, [row.key for row in rows], asked.likes):
            _mark(found[column.asset_key], "columns", column.name, asked)
            _mark(found[column.asset_key], "column_comments", column.comment, asked)
            _mark(found[column.asset_key], "column_descriptions", column.description, asked)
            for tag in column.tags:
                _mark(found[column.asset_key], "column_tags", tag, asked)
        return found


def _mark(found: Found, field: str, text: str | None, asked: words.Query) -> None:
    marked = words.highlight(words.excerpt(text, asked, LONGEST_EXCERPT), asked) if text else None
    if marked:
        found.setdefault(field, []).append(marked)


def _hit(row: Row[Any], highlights: Found) -> Hit:
    return {"asset": cast("Brief", brief(row)), "score": round(float(row.score), 4), "highlights": highlights}
