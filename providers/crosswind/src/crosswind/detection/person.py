"""Names of people: by lists of names where values look like names, never by the look alone unless the name says so."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from crosswind.detection import address, weighing
from crosswind.detection.column import Column
from crosswind.detection.lexicon import word_set
from crosswind.detection.names import family, given, is_family, is_given, is_particle
from crosswind.detection.text import fold
from crosswind.detection.types import Found

_SHAPE = re.compile(r"[^\W\d_]+(?:[ ,.'\u2019`\-]{1,2}[^\W\d_]+){0,6}\.?")
_HAN = re.compile(r"[\u3400-\u9fff\u3040-\u30ff\uac00-\ud7af々]{2,6}")
_TITLES = word_set("titles")
_COMPANIES = word_set("companies")
_WORDS = word_set("no_names")
_MOST_TOLD = 60
_BEFORE_A_STRANGER = 0.55


@dataclass
class _Seen:
    """What the values show, each counted once."""

    looked_at: int = 0
    shaped: int = 0
    several: int = 0
    led: int = 0
    full: float = 0.0
    given: int = 0
    family: float = 0.0
    words: set[str] = field(default_factory=set)


def look(column: Column) -> Found | None:
    """Return what the column's values show: full names, given names or family names."""
    hint = column.hint("PERSON_NAME")
    if column.numeric or column.moments:
        return None
    seen = _count(column)
    if hint < 1 and sum(_company(value) for value in column.values) > 0.2 * seen.looked_at:
        return None
    if seen.shaped < 0.7 * seen.looked_at or seen.shaped < (1 if hint >= 1 else 4):
        return None
    return _han(column, hint) or _judge(seen, hint)


def _judge(seen: _Seen, hint: float) -> Found | None:
    """Weigh the counts; a name that says something else takes nearly every value to be overruled."""
    share, what, hits = _share(seen)
    least = {1.0: 0.12, 0.5: 0.4}.get(hint, 0.43) if hint >= 0 else 0.85
    least += 0.25 if seen.shaped < 8 and hint < 1 else 0.0
    few = 2 * len(seen.words) < seen.several
    if share < least or (few and hint < 1):
        return _by_name(seen) if hint >= 1 else None
    sure = min(0.97, 0.55 + 0.4 * min(1.0, share / 0.8) * seen.shaped / (seen.shaped + 2))
    sure += (0.99 - sure) * 0.6 if hint >= 1 else 0.0
    return Found(
        "PERSON_NAME",
        round(sure, 2),
        weighing.tell(hits, seen.looked_at, *(f"{each} from lists of names" for each in what)),
    )


def _by_name(seen: _Seen) -> Found | None:
    if seen.shaped < 0.9 * seen.looked_at or seen.looked_at < 3:
        return None
    reason = weighing.tell(
        seen.shaped, seen.looked_at, "looks like a name", "look like names", named="The name says so"
    )
    return Found("PERSON_NAME", 0.7, reason)


def _share(seen: _Seen) -> tuple[float, tuple[str, str], int]:
    if 2 * seen.several >= seen.shaped:
        share = max(seen.full, seen.led * 0.9 if 2 * seen.led > seen.several else 0.0) / seen.looked_at
        return share, ("is a person's name", "are people's names"), max(round(seen.full), seen.led)
    if seen.given >= seen.family:
        return seen.given / seen.looked_at, ("is a given name", "are given names"), seen.given
    return seen.family / seen.looked_at * 0.95, ("is a family name", "are family names"), round(seen.family)


def _count(column: Column) -> _Seen:
    seen = _Seen(len(column.values))
    for value in column.values:
        parts = _parts(value)
        if parts is None:
            continue
        seen.shaped += 1
        seen.words.update(parts[-1:])
        if len(parts) > 1:
            seen.several += 1
            seen.full += max(_full(parts), 0.9 if "," in value and _behind_comma(value) else 0.0)
            seen.led += is_given(parts[0]) or is_given(parts[-1])
        elif parts and parts[0] not in _WORDS:
            seen.given += is_given(parts[0])
            seen.family += is_family(parts[0])
    return seen


def _parts(value: str) -> list[str] | None:
    """Return the folded words of a name without titles, None for what does not look like one."""
    if not 2 <= len(value) <= _MOST_TOLD or not _SHAPE.fullmatch(value):
        return None
    words = [word.strip(".,'") for word in re.split(r"[ ,]+|(?<=\.)(?=\w)", fold(value))]
    parts = [word for word in words if word and word not in _TITLES]
    if not parts or len(parts) > 5 or any(word in _COMPANIES for word in parts):
        return None
    return parts


def _company(value: str) -> bool:
    """Whether a value has a word that companies and institutions have in their names."""
    return any(word.replace(".", "") in _COMPANIES for word in fold(value)[:_MOST_TOLD].replace(",", " ").split()[1:])


def _behind_comma(value: str) -> bool:
    """Whether a given name stands behind the only comma, as in lists by family name."""
    _, _, behind = value.partition(",")
    words = fold(behind).replace(".", " ").split()
    return "," not in behind and 1 <= len(words) <= 3 and is_given(words[0])


def _full(parts: list[str]) -> float:
    """How much a value of several words looks like one person: a given and a family name, in either order."""
    names = [word for word in parts if not is_particle(word) and len(word) > 1]
    if not names or len(names) > 4 or address.names_street(parts):
        return 0.0
    if all(word in _WORDS or word in _COMPANIES for word in names):
        return 0.0
    known = [(is_given(word), is_family(word)) for word in names]
    initials = len(names) < len(parts) and any(len(word) == 1 for word in parts)
    if len(names) == 1:
        return max(float(known[0][0]), known[0][1]) if initials or len(parts) > 1 else 0.0
    strangers = sum(not each and not other for each, other in known)
    if strangers > 1:
        return 0.0
    ends = [(known[0][0], known[-1][1]), (known[-1][0], known[0][1])]
    best = max((float(each) + other) / 2 for each, other in ends)
    if strangers:
        return _BEFORE_A_STRANGER if known[0][0] else 0.75 * best
    return best


def _han(column: Column, hint: float) -> Found | None:
    """Chinese, Japanese and Korean names begin with a family name of few characters."""
    values = [value.replace(" ", "") for value in column.values]
    written = [value for value in values if _HAN.fullmatch(value)]
    if 2 * len(written) < len(values) or hint < 0:
        return None
    hits = sum(any(value[:size] in family() for size in (1, 2, 3)) and len(value) <= 5 for value in written)
    tails = sum(any(value[size:] in given() for size in (1, 2, 3)) for value in written)
    if hits < (0.3 if hint >= 1 else 0.75) * len(values) or (hint < 1 and tails < 0.2 * len(values)):
        return None
    sure = 0.9 if hint >= 1 else 0.7
    return Found(
        "PERSON_NAME",
        sure,
        weighing.tell(
            hits,
            len(values),
            "begins with a family name from lists of names",
            "begin with a family name from lists of names",
        ),
    )
