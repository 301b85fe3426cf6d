"""The demo's second source: a bucket of files on an S3 server of its own, synthetic people and real flights."""
