"""Parameters of paths that several nouns share, named as the design names them."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path

ConnectionId = Annotated[str, Path(alias="connectionId", max_length=128, description="The connection's `id`")]
