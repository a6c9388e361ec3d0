"""Data envelopment: scores of units against the frontier that the best of them form."""
