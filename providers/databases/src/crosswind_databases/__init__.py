"""Crosswind's connectors for databases, a package a system."""
