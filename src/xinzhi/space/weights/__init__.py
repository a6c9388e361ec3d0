"""Spatial weights: made, standardised, previewed."""
