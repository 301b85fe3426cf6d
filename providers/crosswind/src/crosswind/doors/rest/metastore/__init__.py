"""Routes of the metastore family."""
