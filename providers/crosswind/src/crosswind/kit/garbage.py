"""The garbage collector of a process that serves."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def sparing() -> Iterator[None]:
    """Keep what is loaded out of every collection until the end: it stays anyway, and takes long to walk.

    An answer of a thousand entries sets off collections while it is made; walking all modules for them took a third of
    its time.
    """
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
