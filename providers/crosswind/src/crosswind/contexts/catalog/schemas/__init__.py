"""What the catalog takes and shows; what is shown are plain dicts, so that a hot read builds nothing else."""
