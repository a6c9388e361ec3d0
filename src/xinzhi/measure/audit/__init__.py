"""The audit of an index."""
