"""The services that endpoints may ask for, an alias each."""

from __future__ import annotations
