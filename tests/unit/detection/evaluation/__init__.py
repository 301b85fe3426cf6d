"""The evaluation set: labelled columns, made from seeds; what the detector was tuned on, and what it has not seen."""
