"""A stochastic frontier of regions."""
