"""The REST door: FastAPI families over one set of services."""
