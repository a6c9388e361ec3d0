"""Productivity change of regions and what it is made of."""
