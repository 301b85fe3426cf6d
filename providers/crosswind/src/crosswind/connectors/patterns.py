"""Which objects of a source are wanted: allow and deny patterns on schema.name.

A pattern is `schema.name`, or a schema alone for everything in it. `*` stands for any run of characters, `?` for one;
a part in double quotes is literal (`""` is a quote in it), which is also how a dot in a name is written. Case counts.
An object is wanted when any include pattern matches (no include patterns: all of them do) and no exclude pattern does.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from crosswind.kit.errors import Invalid

MAX_PATTERNS = 100
MAX_LENGTH = 300
_TOKEN = re.compile(r'"(?P<quoted>(?:[^"]|"")*)"|(?P<dot>\.)|(?P<many>\*+)|(?P<one>\?)|(?P<text>[^".*?]+)', re.DOTALL)
_UNFIT = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")


class _Wild:
    """A wildcard in a glob; everything else in it is literal text."""

    def __init__(self, like: str) -> None:
        self.like = like


_MANY, _ONE = _Wild("%"), _Wild("_")
Glob = tuple[str | _Wild, ...]


@dataclass(frozen=True)
class Pattern:
    """One parsed pattern."""

    text: str
    schema: Glob
    name: Glob

    @classmethod
    def parse(cls, text: str, where: str = "pattern") -> Pattern:
        """Parse a pattern or raise Invalid with `where` as its field."""
        if not text or len(text) > MAX_LENGTH or _UNFIT.search(text):
            raise Invalid(f"A pattern has 1 to {MAX_LENGTH} characters, none of them a control character.", field=where)
        parts: list[list[str | _Wild]] = [[]]
        position = 0
        while position < len(text):
            token = _TOKEN.match(text, position)
            if token is None:
                raise Invalid(f"A double quote in the pattern {text!r} is not closed.", field=where)
            _add(parts, token)
            position = token.end()
        if len(parts) > 2 or not all(parts):
            raise Invalid(f"The pattern {text!r} is not schema or schema.name; quote a name with dots.", field=where)
        return cls(text, tuple(parts[0]), tuple(parts[1]) if len(parts) == 2 else (_MANY,))

    def matches(self, schema: str, name: str) -> bool:
        """Say whether the pattern means this object."""
        compiled = self._compiled
        return compiled[0].fullmatch(schema) is not None and compiled[1].fullmatch(name) is not None

    @cached_property
    def _compiled(self) -> tuple[re.Pattern[str], re.Pattern[str]]:
        return re.compile(_regex(self.schema), re.DOTALL), re.compile(_regex(self.name), re.DOTALL)

    @property
    def likes(self) -> tuple[str, str]:
        """The two sides as operands of SQL's LIKE with its default escape, a backslash."""
        return _like(self.schema), _like(self.name)


@dataclass(frozen=True)
class Patterns:
    """Allow and deny patterns, checked when made."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    included: tuple[Pattern, ...] = field(init=False, repr=False, compare=False)
    excluded: tuple[Pattern, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for side, parsed in (("include", "included"), ("exclude", "excluded")):
            texts = getattr(self, side)
            object.__setattr__(self, side, tuple(texts))
            object.__setattr__(self, parsed, _parse(texts, side))

    def wants(self, schema: str, name: str) -> bool:
        """Say whether an object is wanted."""
        if self.included and not any(each.matches(schema, name) for each in self.included):
            return False
        return not any(each.matches(schema, name) for each in self.excluded)

    @property
    def fingerprint(self) -> str:
        """A short text that is equal for equal sets of patterns: removals compare only runs that looked alike."""
        sides = "\x01".join("\x00".join(sorted(set(side))) for side in (self.include, self.exclude))
        return hashlib.blake2b(sides.encode(), digest_size=8).hexdigest()


def _parse(texts: Iterable[str], side: Literal["include", "exclude"] | str) -> tuple[Pattern, ...]:
    if isinstance(texts, str):
        raise Invalid("Patterns are a list.", field=side)
    listed = tuple(texts)
    if len(listed) > MAX_PATTERNS:
        raise Invalid(f"At most {MAX_PATTERNS} patterns a side.", field=side)
    return tuple(Pattern.parse(text, f"{side}[{index}]") for index, text in enumerate(listed))


def _add(parts: list[list[str | _Wild]], token: re.Match[str]) -> None:
    match token.lastgroup:
        case "dot":
            parts.append([])
        case "many":
            parts[-1].append(_MANY)
        case "one":
            parts[-1].append(_ONE)
        case "quoted":
            parts[-1].append(token["quoted"].replace('""', '"'))
        case _:
            parts[-1].append(token[0])


def _regex(glob: Glob) -> str:
    """Translate a glob; what follows a star is matched at its first chance, atomically, so that time stays linear."""
    runs: list[str] = [""]
    for piece in glob:
        if piece is _MANY:
            runs.append("")
        elif isinstance(piece, _Wild):
            runs[-1] += "."
        else:
            runs[-1] += re.escape(piece)
    first, *others = runs
    if not others:
        return first
    return first + "".join(f"(?>.*?{run})" for run in others[:-1] if run) + ".*" + others[-1]


def _like(glob: Glob) -> str:
    return "".join(piece.like if isinstance(piece, _Wild) else re.sub(r"([\\%_])", r"\\\1", piece) for piece in glob)
