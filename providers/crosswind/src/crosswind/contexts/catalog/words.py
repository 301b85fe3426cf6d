"""Words of names and texts, made here and not by the store: the same in the index, in a query and in a highlight.

A word is a run of letters and digits, in lower case. A name also gives its parts, split at case changes and between
letters and digits, and the whole without its separators: `CustomerOrders2` and `customer_orders2` are both found by
`customer`, `orders`, `customerorders2` and by every beginning of those.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from itertools import chain
from operator import add
from re import Match
from re import compile as pattern

LONGEST = 100
MOST_LEXEMES = 16_000
MOST_TERMS = 12
MADE = 512
_PLACES = {weight: [f"':{place}{weight}" for place in range(1, MADE + 1)] for weight in "ABCD"}
_ASCII = "".join(chr(code) if chr(code).isalnum() else " " for code in range(128))
_RUN = pattern(r"[^\W_]+")
_PART = pattern(r"[A-Z]+(?![^\W\dA-Z_])|[A-Z]?[^\W\dA-Z_]+|\d+")


@lru_cache(maxsize=16_384)
def of_name(name: str) -> tuple[str, ...]:
    """The words of an identifier: its runs, their parts, and the whole without separators."""
    runs = _runs(unicodedata.normalize("NFKC", name)[:1000])
    found = dict.fromkeys(chain.from_iterable(map(_of_run, runs)))
    if len(runs) > 1:
        found.setdefault(_fold("".join(runs)))
    return tuple(found)


def of_text(text: str, longest: int = 5_000) -> Iterator[str]:
    """The words of a sentence, with the parts of those that are spelled like names."""
    return chain.from_iterable(map(_of_word, _runs(unicodedata.normalize("NFKC", text[:longest]))))


def _runs(text: str) -> list[str]:
    """The runs of letters and digits, for most texts without the pattern, which costs three times as much."""
    return text.translate(_ASCII).split() if text.isascii() else _RUN.findall(text)


@lru_cache(maxsize=32_768)
def _of_run(run: str) -> tuple[str, ...]:
    return (_fold(run), *map(_fold, _parts(run))) if not run.isdecimal() else (_fold(run),)


@lru_cache(maxsize=32_768)
def _of_word(run: str) -> tuple[str, ...]:
    return (_fold(run),) if run.islower() or run.istitle() else _of_run(run)


def vector(weighted: Iterable[tuple[str, Iterable[str]]], most: int = MOST_LEXEMES) -> str:
    """A tsvector literal of (weight, words) given from the heaviest to the lightest; each word stands once."""
    entries: dict[str, None] = {}
    places: list[str] = []
    for weight, words in weighted:
        entries |= dict.fromkeys(words)
        places += _places(weight, len(places), min(len(entries), most))
    return "'" + " '".join(map(add, entries, places)) if entries else ""


def _places(weight: str, after: int, last: int) -> list[str]:
    """What stands behind the words of these places."""
    if last <= MADE:
        return _PLACES[weight][after:last]
    return [f"':{place}{weight}" for place in range(after + 1, last + 1)]


@dataclass(frozen=True, slots=True)
class Query:
    """What somebody looks for: each term must begin a word, or its parts each begin or be one."""

    text: str
    terms: tuple[tuple[str, tuple[str, ...]], ...]
    inside: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Terms with words that hold them other than at their beginning, where the query is widened by those."""

    @classmethod
    def parse(cls, text: str) -> Query:
        """Read what was typed; punctuation only separates, so nothing in it can be an operator."""
        runs = _RUN.findall(unicodedata.normalize("NFKC", text))[:MOST_TERMS]
        return cls(text, tuple((_fold(run), tuple(_fold(part) for part in _parts(run))) for run in runs))

    @property
    def tsquery(self) -> str:
        """The tsquery literal; words of one or two letters match by their beginning only at the end of the text."""
        last = len(self.terms) - 1
        return " & ".join(_term(whole, parts, index == last) for index, (whole, parts) in enumerate(self.terms))

    @property
    def whole(self) -> str:
        """The tsquery literal of names that hold each word as it is, or its parts."""
        return " & ".join(_whole(whole, parts) for whole, parts in self.terms)

    @property
    def found_by(self) -> str:
        """The tsquery literal of all that the query finds, words that hold a term inside too where it is widened."""
        last, inside = len(self.terms) - 1, dict(self.inside)
        either = (
            [_term(whole, parts, index == last), *map(_lexeme_of, inside.get(whole, ()))]
            for index, (whole, parts) in enumerate(self.terms)
        )
        return " & ".join(f"({' | '.join(each)})" for each in either)

    @property
    def likes(self) -> list[str]:
        """LIKE patterns that what matches fits, among other things; only for letters that every store folds alike."""
        words = {word for whole, parts in self.terms for word in (whole, *parts)}
        return [f"%{word}%" if word.isascii() else "%" for word in sorted(words)]

    def begun(self, word: str) -> str | None:
        """The longest term that this word, in lower case, is or begins with."""
        fits = [
            term
            for index, (whole, parts) in enumerate(self.terms)
            for term in (whole, *parts)
            if word == term or (word.startswith(term) and (len(term) > 2 or index == len(self.terms) - 1))
        ]
        return max(fits, key=len, default=None)

    def place(self, word: str) -> tuple[int, int] | None:
        """Where a word, in lower case, holds a term: at its beginning or, in a widened query, inside."""
        found = self.begun(word)
        if found is not None:
            return 0, len(found)
        held = [term for term, _ in self.inside if term in word]
        longest = max(held, key=len, default=None)
        return None if longest is None else (word.index(longest), word.index(longest) + len(longest))


def _term(whole: str, parts: tuple[str, ...], last: bool) -> str:
    either = _lexeme(whole, last)
    return f"({either} | ({' & '.join(_lexeme(part, last) for part in parts)}))" if parts else either


def _whole(whole: str, parts: tuple[str, ...]) -> str:
    either = f"'{whole}':A"
    together = " & ".join(f"'{part}':A" for part in parts)
    return f"({either} | ({together}))" if parts else either


def _lexeme_of(word: str) -> str:
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"


def _lexeme(word: str, last: bool) -> str:
    return f"'{word}'{':*' if last or len(word) > 2 else ''}"


def highlight(text: str, query: Query) -> str | None:
    """The text as HTML, escaped and in composed letters, with what matched in `<em>`; None when nothing did."""
    marked = _Marker(query)
    html = marked.html(unicodedata.normalize("NFC", text))
    return html if marked.hits else None


def excerpt(text: str, query: Query, longest: int) -> str:
    """The part of a long text around the first word that matches."""
    if len(text) <= longest:
        return text
    text = unicodedata.normalize("NFC", text)
    runs = (run.start() for run in _RUN.finditer(text) if query.place(_fold(run[0])))
    start = max(0, next(runs, 0) - longest // 4)
    return ("…" if start else "") + text[start : start + longest] + ("…" if start + longest < len(text) else "")


class _Marker:
    def __init__(self, query: Query) -> None:
        self.query = query
        self.hits = 0

    def html(self, text: str) -> str:
        position, pieces = 0, []
        for run in _RUN.finditer(text):
            pieces += [escape(text[position : run.start()]), self._run(run)]
            position = run.end()
        return "".join([*pieces, escape(text[position:])])

    def _run(self, run: Match[str]) -> str:
        whole = self._begun(run[0])
        parts = [run[0]] if whole else _parts(run[0]) or (run[0],)
        if "".join(parts) != run[0]:
            parts = [run[0]]
        return "".join(self._begun(part) or escape(part) for part in parts)

    def _begun(self, word: str) -> str | None:
        folded = _fold(unicodedata.normalize("NFKC", word))
        found = self.query.place(folded)
        if found is None:
            return None
        self.hits += 1
        start, end = found if len(folded) == len(word) else (0, len(word))
        return f"{escape(word[:start])}<em>{escape(word[start:end])}</em>{escape(word[end:])}"


def _parts(run: str) -> tuple[str, ...]:
    found = tuple(_PART.findall(run))
    return found if len(found) > 1 else ()


def _fold(word: str) -> str:
    return word.lower()[:LONGEST]
