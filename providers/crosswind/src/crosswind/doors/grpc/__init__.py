"""The metastore as gRPC, in a process of its own."""
