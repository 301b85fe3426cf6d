"""The application that Airflow mounts at `/crosswind`, made from its configuration when this module is imported."""

from __future__ import annotations

from crosswind.bootstrap import from_airflow
from crosswind.doors.http.app import create_app

app = create_app(from_airflow())
