"""Hooks of the systems of this distribution."""
