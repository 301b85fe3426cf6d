"""Long actions: one task row a run, followed in Airflow, and the leases that running tasks act with."""
