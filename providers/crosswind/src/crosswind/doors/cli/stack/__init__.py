"""The platform as processes on one machine: what `up`, `down`, `run` and `status` share."""
