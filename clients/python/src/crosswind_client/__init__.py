"""Crosswind from Python: `connect` opens a channel, `crosswind_client.metastore.v1` has the stubs of its calls."""

from __future__ import annotations

from crosswind_client.channel import Tls, connect

__all__ = ["Tls", "connect"]
