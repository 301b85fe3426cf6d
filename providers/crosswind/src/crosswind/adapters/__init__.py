"""What has more than one implementation: Airflow connections, runs, identity."""
