"""The business, one package a noun; only models.py and repository.py write SQLAlchemy."""
