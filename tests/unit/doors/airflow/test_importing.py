"""How far the reading of a file is, as its progress tells it."""

from __future__ import annotations

import gzip
import random

from crosswind.doors.airflow.importing import File, blocks
from crosswind.doors.airflow.pieces import lines, unzipped


def test_a_small_file_that_unzips_to_many_blocks_is_read_as_they_are_made() -> None:
    odd = random.Random(1)
    whole = gzip.compress(b"\n".join(b"%032x" % odd.getrandbits(128) for _ in range(100_000)))
    file = File("f", len(whole), iter([whole]))
    told = [file.percent for _ in blocks(lines(unzipped(file.counted())), 0, 0)]
    assert len(told) == 5
    assert [abs(percent - want) < 5 for percent, want in zip(told, (21, 39, 58, 77, 95), strict=True)] == [True] * 5
