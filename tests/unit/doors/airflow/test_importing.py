"""How far the reading of a file is, as its progress tells it."""

from __future__ import annotations

import gzip
import random
from math import ceil

import pytest

from crosswind.doors.airflow.importing import LINES, File, blocks
from crosswind.doors.airflow.pieces import lines, unzipped


def test_a_small_file_that_unzips_to_many_blocks_is_read_as_they_are_made() -> None:
    odd = random.Random(1)
    whole = gzip.compress(b"\n".join(b"%032x" % odd.getrandbits(128) for _ in range(100_000)))
    file = File("f", len(whole), iter([whole]))
    told = [file.percent for _ in blocks(lines(unzipped(file.counted())), 0, 0)]
    wanted = [2 + 93 * min(1, count * LINES / 100_000) for count in range(1, ceil(100_000 / LINES) + 1)]
    assert len(wanted) > 4
    assert told == [pytest.approx(want, abs=5) for want in wanted]
