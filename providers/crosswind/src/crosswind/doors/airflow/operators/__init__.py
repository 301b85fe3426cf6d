"""Operators for DAG authors."""
