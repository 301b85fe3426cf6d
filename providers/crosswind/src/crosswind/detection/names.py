"""Whether words are names of people: lists of given and family names, and the endings of family names.

The lists are made by `scripts/names` from the providers of Faker (MIT), folded to plain letters.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from crosswind.detection.lexicon import word_set

_ENDINGS = re.compile(
    r"\w{3,}(?:wsk[ia]|insk[ia]|lsk[ia]|rsk[ia]|tsk[ia]|ck[ia]|dzk[ia]|wicz|czyk|sson|sdotter|ssen|rsen|nsen|dsen|tsen"
    r"|lsen|ovic|evic|ovich|ova|eva|ikova|enko|escu|eanu|oglu|opoulos|idis|akis|mann|huber|bauer|meier|meyer|hofer"
    r"|ucci|acci|etti|ello|elli|ini|ioli|azzi|one|inho|quez|guez|ndez|nchez|stra|sma|inga|inck|ink|huis|mans|uis|ius"
    r"|qvist|quist|strom|gren|berg|lund|dahl|stedt|blad|nen|yan|shvili|adze|vych|chuk|eira|eiro|aert|aerts|eau|ault"
    r"|hof|sky|off|ston|field|worth|ham|well|wood|smith|land|ley)"
)
_PARTICLES = word_set("particles")


@cache
def given() -> frozenset[str]:
    """Given names."""
    return _read("given.txt")


@cache
def family() -> frozenset[str]:
    """Family names."""
    return _read("family.txt")


def _read(name: str) -> frozenset[str]:
    return frozenset((files("crosswind.detection") / "data" / name).read_text(encoding="utf-8").split())


def is_given(word: str) -> bool:
    """Whether a folded word is a given name; of a double one, a part."""
    return word in given() or any(part in given() for part in word.split("-") if "-" in word)


def is_family(word: str) -> float:
    """1 for a known family name, 0.7 for a word that ends like one, 0 for any other."""
    if word in family() or any(part in family() for part in word.split("-") if "-" in word):
        return 1.0
    if word.endswith("a") and f"{word[:-1]}i" in family():
        return 1.0
    return 0.7 if _ENDINGS.fullmatch(word) else 0.0


def is_particle(word: str) -> bool:
    """Whether a folded word joins the parts of a name."""
    return word.rstrip("'") in _PARTICLES
