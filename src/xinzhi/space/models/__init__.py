"""Spatial panel models of a panel, side by side."""
