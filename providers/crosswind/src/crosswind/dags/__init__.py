"""The DAGs: each reads as what it does, the work is in `crosswind.doors.airflow`."""
