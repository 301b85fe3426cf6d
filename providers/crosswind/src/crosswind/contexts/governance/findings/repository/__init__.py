"""Reads and writes of findings and scans; tenant and attribute grants are part of each statement."""
