"""Spatial panel models: estimates, effects and tests."""
