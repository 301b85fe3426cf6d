"""Airflow's DAG processor looks here for the DAG that `crosswind.dags` defines."""

from crosswind.dags.crosswind_import import import_dag
