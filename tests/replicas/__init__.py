"""Replicas of publishers: loopback servers that answer as the real ones do, one module a publisher."""
