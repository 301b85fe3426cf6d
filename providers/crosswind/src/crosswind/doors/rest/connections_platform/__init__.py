"""Routes of the connections_platform family."""
