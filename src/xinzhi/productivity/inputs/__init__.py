"""Inputs and outputs that can be defended."""
