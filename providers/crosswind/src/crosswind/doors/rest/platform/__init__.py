"""Routes of the platform family."""
