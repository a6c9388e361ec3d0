"""Why emissions changed."""
