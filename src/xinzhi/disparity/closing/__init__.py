"""Whether the gap closes."""
