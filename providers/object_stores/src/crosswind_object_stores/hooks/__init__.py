"""Hooks that turn an Airflow connection into one of the connectors of this distribution."""
