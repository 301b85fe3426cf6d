"""The metastore as GraphQL."""
