"""What is served over HTTP: the doors put together."""
