"""Composite indices: normalise, weight, aggregate, audit."""
