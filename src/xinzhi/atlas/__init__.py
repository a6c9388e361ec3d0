"""The places: codes, names, strategy groupings, boundaries, neighbours and distances."""

from xinzhi.atlas.places import Places

__all__ = ["Places"]
