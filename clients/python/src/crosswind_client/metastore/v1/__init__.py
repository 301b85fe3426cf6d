"""Messages and stubs, generated from clients/proto by scripts/grpc-stubs: edit the proto."""
