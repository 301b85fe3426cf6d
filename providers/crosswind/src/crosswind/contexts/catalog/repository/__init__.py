"""The statements of the catalog; who may see what is part of each."""
