"""What Crosswind hands to Flask-AppBuilder, imported only where a web server asks for it."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

from crosswind.doors.rest.shell import URL_ROUTE, base_path


def views() -> list[dict[str, Any]]:
    """Return the views for `appbuilder_views`, none when Flask-AppBuilder is missing.

    They carry no name: a named view would make Airflow show its "Legacy FAB views" entry.
    """
    if not has_fab():
        return []
    from crosswind.doors.fab.bridge import BridgeApi
    from crosswind.doors.fab.views import ShellView

    return [{"view": view()} for view in (ShellView, BridgeApi)]


def external_views() -> list[dict[str, Any]]:
    """Return what Airflow shows of ours in its frame: the pages from its navigation, and a tab "Lineage" on each DAG.

    Airflow puts the DAG's id in the place of `{DAG_ID}`.
    """
    base = base_path()
    mount = f"{base}/pluginsv2/crosswind/ui/" if has_fab() else f"{base}/crosswind/ui/"
    icon = f"{base}/crosswind/ui/icon.svg"
    return [
        {
            "name": "Crosswind",
            "href": mount,
            "icon": icon,
            "destination": "nav",
            "nav_top_level": True,
            "url_route": URL_ROUTE,
        },
        {
            "name": "Lineage",
            "href": f"{mount}dags/{{DAG_ID}}",
            "icon": icon,
            "destination": "dag",
            "url_route": f"{URL_ROUTE}-lineage",
        },
    ]


def has_fab() -> bool:
    """Tell whether Flask-AppBuilder can serve our views."""
    return find_spec("flask_appbuilder") is not None and find_spec("airflow.providers.fab") is not None
