"""What can be done with the catalog, a service a noun."""
