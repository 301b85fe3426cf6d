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
    """Return the entries of Airflow's navigation: one, "Crosswind", that shows the pages in Airflow's frame."""
    base = base_path()
    mount = "/pluginsv2/crosswind/ui/" if has_fab() else "/crosswind/ui/"
    return [
        {
            "name": "Crosswind",
            "href": f"{base}{mount}",
            "icon": f"{base}/crosswind/ui/icon.svg",
            "destination": "nav",
            "nav_top_level": True,
            "url_route": URL_ROUTE,
        }
    ]


def has_fab() -> bool:
    """Tell whether Flask-AppBuilder can serve our views."""
    return find_spec("flask_appbuilder") is not None and find_spec("airflow.providers.fab") is not None
