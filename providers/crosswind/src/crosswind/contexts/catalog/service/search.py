"""Search over names, columns, comments, descriptions and tags; a committed write is in the very next answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

from sqlalchemy import Row

from crosswind.contexts.catalog import words
from crosswind.contexts.catalog.asked import Asked, Filters
from crosswind.contexts.catalog.repository import facets as counting
from crosswind.contexts.catalog.repository import search as repository
from crosswind.contexts.catalog.repository import words as vocabulary
from crosswind.contexts.catalog.repository.scope import COUNTED, brief
from crosswind.contexts.catalog.schemas.common import Brief
from crosswind.contexts.catalog.schemas.search import FacetResult, Hit, SearchQuery, SearchResult
from crosswind.kit.paging import Window
from crosswind.kit.unit_of_work import UnitOfWork

LONGEST_EXCERPT = 300
SHORTEST_INSIDE = 3
FEW = 20
"""With fewer hits than these a query is widened by words that hold its terms inside."""
Found = dict[str, list[str]]


class SearchService:
    """Searches of one unit of work."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._session = uow.session
        self._actor = uow.actor

    def search(self, query: SearchQuery, window: Window) -> SearchResult:
        """Hits, best first; without words everything, newest first; words that hold no letter or digit find nothing."""
        asked, filters, look = _asked(query)
        results: list[Hit] = []
        counted, widened = _counted(0, 0), False
        if look.terms:
            found = repository.hits(self._session, self._actor, filters, look, window)
            wider = self._wider(look, found.total)
            if wider is not None:
                look, widened = wider, True
                found = repository.hits(self._session, self._actor, filters, look, window)
            highlights = self._highlights(found.rows, look)
            results = [_hit(row, highlights[row.key]) for row in found.rows]
            counted = _counted(found.total, repository.CAP, found.among)
        elif not asked.words.strip():
            rows, total = repository.newest(self._session, self._actor, filters, window)
            results, counted = [_hit(row, {}) for row in rows], _counted(total, COUNTED)
        told = {"words": asked.words.strip(), "filters": {key: list(each) for key, each in asked.filters.items()}}
        return cast("SearchResult", {"results": results, **counted, **told, "widened": widened, "hints": asked.hints})

    def facets(self, query: SearchQuery) -> FacetResult:
        """How the hits spread over types, tags, classifications, connections, schemas, owners, domains and terms."""
        asked, filters, look = _asked(query)
        facets: dict[str, dict[str, int]] = {name: {} for name in counting.NAMES}
        if not look.terms and asked.words.strip():
            return cast("FacetResult", {"facets": facets, **_counted(0, 0)})
        found = counting.facets(self._session, self._actor, filters, look)
        wider = self._wider(look, found.total)
        if wider is not None:
            look = wider
            found = counting.facets(self._session, self._actor, filters, look)
        for row in found.rows:
            facets.setdefault(row.facet, {})[row.value] = row.hits
        del facets["total"]
        most = repository.CAP if look.terms else counting.MOST
        return cast("FacetResult", {"facets": facets, **_counted(found.total, most, found.among)})

    def _wider(self, look: words.Query, total: int) -> words.Query | None:
        """The query with words that hold its terms inside, where it found little by their beginnings."""
        terms = [whole for whole, _ in look.terms if len(whole) >= SHORTEST_INSIDE]
        if total >= FEW or not terms:
            return None
        inside: dict[str, list[str]] = defaultdict(list)
        for row in vocabulary.inside(self._session, self._actor.tenant, terms):
            inside[row.term].append(row.word)
        return replace(look, inside=tuple((term, tuple(held)) for term, held in inside.items())) if inside else None

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


def _asked(query: SearchQuery) -> tuple[Asked, Filters, words.Query]:
    """What the text asks for, with the filters that are given beside it."""
    asked = Asked.parse(query.q)
    return asked, asked.and_also(query.given), words.Query.parse(asked.words)


def _counted(total: int, most: int, among: repository.Among = "all") -> dict[str, Any]:
    """How many were found, up to what is counted."""
    return {"total": min(total, most), "total_is_capped": total > most, "ranked_among": among}


def _mark(found: Found, field: str, text: str | None, asked: words.Query) -> None:
    marked = words.highlight(words.excerpt(text, asked, LONGEST_EXCERPT), asked) if text else None
    if marked:
        found.setdefault(field, []).append(marked)


def _hit(row: Row[Any], highlights: Found) -> Hit:
    return {"asset": cast("Brief", brief(row)), "score": round(float(row.score), 4), "highlights": highlights}
