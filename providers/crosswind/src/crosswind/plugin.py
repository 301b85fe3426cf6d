"""What Airflow loads: names only; FastAPI, FAB and the store are imported when a web server asks for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from airflow.sdk.plugins_manager import AirflowPlugin

Entries = list[Any]


class Lazy:
    """An attribute that is worked out when it is first read on an instance, and kept.

    Schedulers, workers and DAG processors never read those that need a web server.
    """

    def __init__(self, load: Callable[[], Entries]) -> None:
        self._load = load
        self._name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, instance: object | None, owner: type) -> Entries:
        if instance is None:
            return []
        found: Entries = instance.__dict__.setdefault(self._name, self._load())
        return found


def _fastapi_apps() -> Entries:
    from crosswind.doors.http.asgi import app

    return [{"app": app, "url_prefix": "/crosswind", "name": "Crosswind"}]


def _appbuilder_views() -> Entries:
    from crosswind.doors.fab import views

    return views()


def _external_views() -> Entries:
    from crosswind.doors.fab import external_views

    return external_views()


def _priorities() -> Entries:
    from crosswind.doors.airflow.priority import RunPriority

    return [RunPriority]


class CrosswindPlugin(AirflowPlugin):
    """REST at `/crosswind`, the pages and REST once more under `/pluginsv2/crosswind`, an entry in the navigation."""

    name = "crosswind"
    fastapi_apps = Lazy(_fastapi_apps)
    appbuilder_views = Lazy(_appbuilder_views)
    external_views = Lazy(_external_views)
    priority_weight_strategies = Lazy(_priorities)
