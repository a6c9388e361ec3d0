"""How each kind of step is told: one file a kind, listed in `registry`."""
