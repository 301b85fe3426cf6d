"""Queries over several sources at once."""
