"""Tags that spread along lineage: from the assets that people put them on to what is made of those."""
