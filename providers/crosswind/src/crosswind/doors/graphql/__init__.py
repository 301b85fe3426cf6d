"""The metastore through GraphQL: one request is one unit of work, its lists loaded in batches."""
