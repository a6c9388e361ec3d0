"""Monte Carlo over the choices that an index rests on."""
