"""A kept library's verdicts on the same columns: DataFog's pattern engine, a value at a time."""

from __future__ import annotations

from collections import Counter

import datafog

from crosswind.detection import Sample

NAME = f"DataFog {datafog.__version__}, patterns"
_KINDS = {
    "EMAIL": "EMAIL", "PHONE": "PHONE", "SSN": "NATIONAL_ID", "CREDIT_CARD": "PAYMENT_CARD", "IP_ADDRESS": "IP_ADDRESS",
}  # fmt: skip
_MOST = 30


def told(sample: Sample) -> frozenset[str]:
    """The kinds that it sees in half of the values; it knows no column, so names play no part."""
    seen: Counter[str] = Counter()
    values = sample.values[:_MOST]
    for value in values:
        found = {_KINDS[each.type] for each in datafog.scan(value).entities if each.type in _KINDS}
        seen.update(found)
    return frozenset(kind for kind, count in seen.items() if 2 * count >= len(values))
