"""Whether a Parquet footer can be walked at all, tried where nothing is lost by it.

Arrow's bindings do not catch what its C++ throws when a column chunk's metadata contradicts its schema (histograms of
another length, sizes of a type that has none): the whole process aborts. So the walk happens in one of its own first.
"""

from __future__ import annotations

import subprocess
import sys

from crosswind_object_stores.readers.source import Unreadable

SECONDS = 30.0
_WALK = """
import io, resource, sys
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
import pyarrow.parquet as pq
footer = pq.read_metadata(io.BytesIO(sys.stdin.buffer.read()))
for group in range(min(footer.num_row_groups, int(sys.argv[1]))):
    for column in range(footer.num_columns):
        footer.row_group(group).column(column)
"""


def walk(footer: bytes, groups: int) -> None:
    """Walk the first row groups of a footer (with its magic) in a process of its own; raises `Unreadable`."""
    command = [sys.executable, "-I", "-c", _WALK, str(groups)]
    try:
        done = subprocess.run(command, input=footer, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise Unreadable(f"To walk its Parquet footer takes more than {SECONDS:.0f} s") from None
    if done.returncode != 0:
        raise Unreadable("Its Parquet footer contradicts itself")
