"""What assets were before, as differences from what they are now."""
