"""What changes under the other usual choices."""
