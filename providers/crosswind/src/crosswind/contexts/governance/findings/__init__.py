"""Personal data that scans found, to be confirmed or rejected by people."""
