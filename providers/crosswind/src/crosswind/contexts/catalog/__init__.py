"""The catalog: assets with their columns, what depends on what, tags, search, and the crawls that fill it."""
