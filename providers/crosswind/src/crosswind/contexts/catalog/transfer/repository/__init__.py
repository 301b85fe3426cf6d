"""The statements behind files: each works on a whole block."""
