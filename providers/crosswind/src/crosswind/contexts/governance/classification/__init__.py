"""Classifications, and tags and classifications put on many resources at once."""
