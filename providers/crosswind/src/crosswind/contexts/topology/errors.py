"""What can go wrong with clusters, as the connections-platform design counts it."""

from __future__ import annotations

from typing import Any

from crosswind.kit.errors import Conflict, Invalid, NotFound, SourceFailed, Unavailable


class ClusterNotFound(NotFound):
    """There is no such cluster for this actor."""

    def __init__(self, identifier: object, **details: Any) -> None:
        super().__init__("Cluster", identifier, **details)


class NodeUnreachable(SourceFailed):
    """A node of the cluster does not answer."""

    transient = True


class TopologyInvalid(Invalid):
    """Nodes and edges do not make a topology."""


class RebalanceFailed(Conflict):
    """The cluster could not be rebalanced as it stands."""


class InsufficientResources(Unavailable):
    """The cluster has not enough left for this."""
