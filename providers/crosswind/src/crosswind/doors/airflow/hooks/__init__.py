"""Hooks: REST, and the connector behind any governed connection."""
