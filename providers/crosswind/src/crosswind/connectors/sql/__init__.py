"""Statements of SQL read for their lineage, in a process apart: what is hostile in them can only end that process."""
