"""Hands the plugin to Airflow where Crosswind is on the path but not installed; installed, its entry point does."""

from importlib.metadata import entry_points

if "crosswind" not in entry_points(group="airflow.plugins").names:
    from crosswind.plugin import CrosswindPlugin
