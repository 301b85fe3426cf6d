"""The tests every connector passes; subclass the classes of its capabilities in a pytest module (see docs/how-to).

A test that a connector cannot pass is exempted by name with one of three typed facts. Exemptions are strict: when the
test begins to pass, the run fails until the exemption goes.
"""

from crosswind.connectors.conformance.connector import ConnectorConformance
from crosswind.connectors.conformance.exemptions import Exemption, never, notimpl, notyet
from crosswind.connectors.conformance.subject import Subject, Workbench
from crosswind.connectors.conformance.tables import ListsTablesConformance, RunsQueriesConformance

__all__ = [
    "ConnectorConformance",
    "Exemption",
    "ListsTablesConformance",
    "RunsQueriesConformance",
    "Subject",
    "Workbench",
    "never",
    "notimpl",
    "notyet",
]
