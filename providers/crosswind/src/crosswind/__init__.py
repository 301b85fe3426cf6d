"""Crosswind: an Apache Airflow installation that is also a data platform."""

__version__ = "0.1.0"
