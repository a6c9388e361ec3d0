"""Productivity change between periods: indices and indicators over any technology."""
