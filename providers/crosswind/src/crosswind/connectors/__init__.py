"""The port that external systems meet: what a connector is, says and raises, and how one is found."""
