"""The metastore as events: WebSocket and SSE."""
