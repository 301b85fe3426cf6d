"""The metastore over gRPC: `metastore.v1.MetadataService`, its health and its reflection."""
