"""Clusters, nodes and the edges between them."""
