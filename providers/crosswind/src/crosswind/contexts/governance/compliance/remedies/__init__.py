"""What can be done about violations: planned, shown, and done through the services that own what is changed."""
