"""From the first bytes of a file, or its last, to the columns it has; knows no store and reads no whole object."""
