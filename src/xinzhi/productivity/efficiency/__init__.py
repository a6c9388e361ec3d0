"""How efficient regions are against a stated frontier."""
