"""What runs in Airflow's tasks: hooks, operators, and the crawl itself. Knows connectors and REST, never the store."""
