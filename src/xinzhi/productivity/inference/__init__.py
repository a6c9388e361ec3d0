"""How sure a frontier is: bootstraps, partial frontiers, outliers and tests."""
