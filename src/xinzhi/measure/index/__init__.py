"""A composite index over a panel."""
