"""The catalog as files: taken in block by block, given out as a stream, in one format both ways."""
