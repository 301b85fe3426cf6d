"""What evaluations found, as people ask for it: violations, the state of each standard, reports."""
