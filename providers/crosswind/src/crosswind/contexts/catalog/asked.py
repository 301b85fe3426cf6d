"""What is asked for in the text of a search: words, and filters such as `type:TABLE tag:"Very Secret" owner:ana`.

A filter is a known word, a colon and a value, at the start or after a space; a value with spaces stands in double
quotes. All else is words, an unknown prefix too, so that no text is an error. Filters of different kinds all hold; of
one kind, all for what an asset has many of (tags, owners, terms, products), any for what it has one of.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice
from re import IGNORECASE, Match
from re import compile as pattern

ONE_OF = ("type", "schema", "connection", "classification", "domain")
ALL_OF = ("tag", "owner", "term", "product")
KEYS = (*ONE_OF, *ALL_OF)
TYPES = frozenset({"TABLE", "VIEW", "DASHBOARD", "PIPELINE", "DATASET", "CHART"})
MOST = 20
"""Filters of one text; the rest are words."""
LONGEST = 200
_FILTER = pattern(rf'(?<!\S)({"|".join(KEYS)}):(?:"([^"]+)"(?!\S)|([^\s"]+)(?!\S))', IGNORECASE)

_MEANT = pattern(r"(?<!\S)([^\W\d_]{2,20}):(?![/\\:])(\S*)")
MOST_HINTS = 5

Filters = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Asked:
    """The words that are left, and the filters by kind."""

    words: str
    filters: Filters

    @classmethod
    def parse(cls, text: str) -> Asked:
        """Read what was typed."""
        found: dict[str, dict[str, None]] = {}
        left, end = [], 0
        for match, key, value in _filters(text):
            found.setdefault(key, {})[value] = None
            left.append(text[end : match.start()])
            end = match.end()
        words = " ".join("".join([*left, text[end:]]).split()) if found else text
        return cls(words, {key: tuple(values) for key, values in found.items()})

    def and_also(self, given: Mapping[str, str | None]) -> Filters:
        """These filters with others that were given beside the text: those hold too."""
        together = dict(self.filters)
        for key, value in given.items():
            if value is None:
                continue
            held = together.get(key, ())
            narrowed = key in ONE_OF and held and value not in held
            together[key] = ("",) if narrowed else (value,) if key in ONE_OF else tuple(dict.fromkeys((*held, value)))
        return together

    @property
    def hints(self) -> list[str]:
        """What is wrong with words that look like filters: each is read as words all the same."""
        meant = islice(_MEANT.finditer(self.words), MOST_HINTS)
        return [f"'{match[0][:60]}' is looked for as words: {_why(match[1].lower(), match[2])}" for match in meant]


def _why(key: str, value: str) -> str:
    if key not in KEYS:
        near = get_close_matches(key, KEYS, n=1)
        return f"no filter has that name; did you mean {near[0]}:?" if near else f"filters are {_or(KEYS, 'and')}"
    if not value.strip('"') or '"' in value:
        return 'the value stands right after the colon, in double quotes where it has spaces, such as tag:"Very Secret"'
    if key == "type" and value.upper() not in TYPES:
        return f"a type is {_or(sorted(TYPES), 'or')}"
    return f"at most {MOST} filters are read, with values of at most {LONGEST} characters"


def _or(names: Sequence[str], last: str) -> str:
    return f"{', '.join(names[:-1])} {last} {names[-1]}"


def _filters(text: str) -> Iterator[tuple[Match[str], str, str]]:
    for number, match in enumerate(_FILTER.finditer(text)):
        key, value = match[1].lower(), (match[2] or match[3]).strip()
        value = value.upper() if key == "type" else value
        fits = value and len(value) <= LONGEST and (key != "type" or value in TYPES)
        if fits and number < MOST:
            yield match, key, value
