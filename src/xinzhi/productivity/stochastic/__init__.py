"""Stochastic frontiers: inefficiency told apart from noise."""
