"""The metastore design."""
