"""Personal data in a column, told from its name and a bounded sample of its values; pure, and keeps nothing.

A sample goes in, findings come out: their reasons count values and never quote one.
"""

from __future__ import annotations

from crosswind.detection.detect import detect
from crosswind.detection.types import Found, Kind, Sample

__all__ = ["Found", "Kind", "Sample", "detect"]
