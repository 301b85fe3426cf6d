"""The ways in: REST, pages, command line, Airflow."""
