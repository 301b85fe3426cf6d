"""One folder, partitions left out, as its files are counted and as they become datasets."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from crosswind_object_stores.layout import names
from crosswind_object_stores.layout.files import READABLE, Dataset, Files

MOST_SHAPES = 50


class Kept(msgspec.Struct, gc=False):
    """A folder's files by shape and extension, or by format alone once it is Hive's or has too many shapes."""

    path: str
    shapes: dict[str, Files] = {}
    alone: dict[str, str] = {}
    whole: bool = False

    def group(self, told: names.File, name: str) -> Files:
        """Return where a file is counted."""
        shape = self._shape(told)
        found = self.shapes.get(shape)
        if found is not None:
            return found
        found = self.shapes[shape] = Files(format=told.format, compression=told.compression)
        if self.whole:
            return found
        self.alone[shape] = name
        if len(self.shapes) > MOST_SHAPES:
            self.fold()
            return self.shapes[self._shape(told)]
        return found

    def _shape(self, told: names.File) -> str:
        if self.whole:
            return f"{told.format}.{told.compression or ''}"
        return f"{told.shape if told.format in names.KNOWN else '*'}.{told.extension}"

    def fold(self) -> None:
        """Count by format from now on."""
        self.whole = True
        self.alone = {}
        before, self.shapes = self.shapes, {}
        for files in before.values():
            label = f"{files.format}.{files.compression or ''}"
            if label in self.shapes:
                self.shapes[label].join(files)
            else:
                self.shapes[label] = files

    def join(self, other: Kept) -> None:
        """Add what another run counted of the same folder."""
        if self.whole != other.whole:
            (other if self.whole else self).fold()
        for shape, files in other.shapes.items():
            if shape in self.shapes:
                self.shapes[shape].join(files)
            else:
                self.shapes[shape] = files
                if shape in other.alone:
                    self.alone[shape] = other.alone[shape]
        if not self.whole and len(self.shapes) > MOST_SHAPES:
            self.fold()

    def datasets(self) -> Iterator[Dataset]:
        """Return what its files make: those without a telling name are one, named after the folder."""
        inside = f"{self.path}/" if self.path else ""
        together: list[Files] = []
        for shape, files in sorted(self.shapes.items()):
            stem, extension = ("", "") if self.whole else _cut(shape, self.alone[shape])
            if self.whole or self._folds(stem, files):
                together.append(files)
            elif files.count == 1 and files.partitions is None:
                yield Dataset.of(names.fit(inside + self.alone[shape]), "file", files)
            else:
                pattern = stem.replace("#", "*") + (f".{extension}" if extension else "")
                yield Dataset.of(names.fit(inside + pattern), "folder", files)
        if together:
            yield Dataset.joined(names.fit(self.path or "*"), together)

    def _folds(self, stem: str, files: Files) -> bool:
        if files.partitions is not None:
            return stem == "*" or names.is_generic(stem, self.path)
        return bool(self.path) and files.format in READABLE and names.is_generic(stem, self.path)


def _cut(shape: str, single: str) -> tuple[str, str]:
    """Part a shape into the stem and the extension."""
    if shape.startswith("*."):
        return "*", shape[2:]
    extension = names.file(single).extension
    return shape.removesuffix(f".{extension}") if extension else shape.removesuffix("."), extension
