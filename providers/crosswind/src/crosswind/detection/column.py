"""A column as the detectors see it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from crosswind.detection.hints import Hints, hints
from crosswind.detection.text import distinct, fold, leaves
from crosswind.detection.types import Kind, Sample

_NUMERIC = re.compile(r"(?:big|small|tiny|medium)?int|numeric|decimal|number|serial|integer|long|short|u?int\d+")
_FLOATING = re.compile(r"real|double|float|money|bool")
_DATES = re.compile(r"timestamp|datetime|time")
DIGEST = re.compile(r"(?:0x)?[0-9a-f]{24,}|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)


@dataclass
class Column:
    """A sample made ready once for all detectors."""

    sample: Sample

    @cached_property
    def values(self) -> list[str]:
        """The different values."""
        return distinct(self.sample.values)

    @cached_property
    def texts(self) -> list[list[str]]:
        """The texts in each value: itself, or those in a JSON document."""
        return [list(leaves(value)) for value in self.values]

    @cached_property
    def folded(self) -> list[str]:
        """The values in lower case without marks."""
        return [fold(value) for value in self.values]

    @cached_property
    def joined(self) -> str:
        """All texts, a line each: what cannot be found here is in none of them."""
        return "\n".join(text for texts in self.texts for text in texts)

    @cached_property
    def _hints(self) -> Hints:
        return hints(self.sample)

    def hint(self, kind: Kind) -> float:
        """What the name says of a kind."""
        return self._hints.of(kind)

    @cached_property
    def numeric(self) -> bool:
        """Whether the source keeps whole numbers here."""
        return bool(_NUMERIC.match(self.sample.data_type.lower()))

    @cached_property
    def hopeless(self) -> bool:
        """Whether the type can hold none of what is looked for."""
        return bool(_FLOATING.match(self.sample.data_type.lower()))

    @cached_property
    def moments(self) -> bool:
        """Whether the source keeps points in time here."""
        return bool(_DATES.match(self.sample.data_type.lower()))

    @cached_property
    def coded(self) -> bool:
        """Whether the values are digests or UUIDs."""
        return 2 * sum(bool(DIGEST.fullmatch(value)) for value in self.values) > len(self.values)
