"""The process apart: reads asked-for steps from its input and tells of them on its output until its parent is gone."""

from __future__ import annotations

import resource
import struct
import sys
from typing import BinaryIO

import msgspec

from crosswind.connectors.sql.reader import Reader
from crosswind.connectors.sql.shapes import Ask, Step

MEMORY = 1024 * 1024 * 1024
DEEPEST = 2_500


def serve(given: BinaryIO, told: BinaryIO) -> None:
    """Answer until the input ends; each message is its length in four bytes and then itself."""
    decoder = msgspec.msgpack.Decoder(Step)
    reader = Reader()
    while len(head := given.read(4)) == 4:
        step = decoder.decode(given.read(struct.unpack(">I", head)[0]))
        answer = reader.read(step) if isinstance(step, Ask) else reader.trace(step)
        body = msgspec.msgpack.encode(answer)
        told.write(struct.pack(">I", len(body)) + body)
        told.flush()


def main() -> None:
    """Give this process its limits and serve."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.setrecursionlimit(DEEPEST)
    serve(sys.stdin.buffer, sys.stdout.buffer)


if __name__ == "__main__":
    main()
