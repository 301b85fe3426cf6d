"""From counts to a confidence: more values, a larger share and a fitting name make surer."""

from __future__ import annotations

LEAST = 0.5
"""Below this nothing is told."""
MOST = 0.99


def confidence(hits: int, looked_at: int, *, base: float, hint: float = 0.0) -> float:
    """Return how sure `hits` of `looked_at` different values make; `base` is how telling one hit is."""
    share = hits / looked_at if looked_at else 0.0
    enough = hits / (hits + 1.0)
    sure = base * (0.4 + 0.6 * share) * (0.7 + 0.3 * enough)
    sure += (1 - sure) * 0.5 * hint if hint > 0 else sure * 0.4 * hint
    return round(min(MOST, max(0.0, sure)), 2)


def tell(hits: int, looked_at: int, one: str, many: str, named: str = "") -> str:
    """Return `97 of 100 values are …`, by `one` where it is one; after what the column's name says, if that counts."""
    what = "the only value" if looked_at == 1 else f"{hits} of {looked_at} values"
    said = f"{what} {one if hits == 1 else many}"
    return f"{named}, and {said}" if named else said[0].upper() + said[1:]
