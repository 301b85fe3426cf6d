"""Makes detection's lists of names from Faker's providers; run by `scripts/names`."""

from __future__ import annotations

import importlib
import pkgutil
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import faker.providers.person as providers

from crosswind.detection.text import fold

_LATIN = re.compile(r"[a-z'-]{2,}")
_NATIVE = re.compile(r"[\u3400-\u9fff\u3040-\u30ff\uac00-\ud7af]{1,4}")


def names(attribute: str) -> set[str]:
    """Every word in the lists whose name begins so, of every language, folded."""
    found: set[str] = set()
    for module in pkgutil.iter_modules(providers.__path__):
        if not module.ispkg:
            continue
        provider = importlib.import_module(f"faker.providers.person.{module.name}").Provider
        for text in _texts(provider, attribute):
            words = fold(text).split()
            found.update(word for word in words if _LATIN.fullmatch(word) or _NATIVE.fullmatch(word))
    return found


def _texts(provider: type, attribute: str) -> Iterator[str]:
    for name in dir(provider):
        held = getattr(provider, name)
        if name.startswith(attribute) and isinstance(held, tuple | list | dict):
            yield from (str(each) for each in held)


def main(folder: Path) -> None:
    """Write both lists, one name a line."""
    for attribute, file in (("first_", "given.txt"), ("last_", "family.txt")):
        (folder / file).write_text("\n".join(sorted(names(attribute))) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
