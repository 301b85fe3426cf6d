"""OpenLineage: what running jobs tell of themselves and of what they read and write."""
