"""Who moves between classes."""
