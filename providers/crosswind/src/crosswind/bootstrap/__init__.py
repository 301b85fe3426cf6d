"""The one place that knows which part meets which: settings in, platform out."""

from crosswind.bootstrap.platform import Platform, from_airflow
from crosswind.bootstrap.services import Services

__all__ = ["Platform", "Services", "from_airflow"]
