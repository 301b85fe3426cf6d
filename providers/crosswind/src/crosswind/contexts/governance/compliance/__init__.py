"""Rules as data, what violates them, and what can be done about it."""
