"""How unequal regions are, year by year."""
