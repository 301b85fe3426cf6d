"""What changed, for whoever follows: the outbox filled from recorded events, and webhooks."""
