"""Governed connections: our record of each, beside the Airflow connection that holds address and secrets."""
