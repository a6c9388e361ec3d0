"""The places: codes, names, strategy groupings, boundaries, neighbours and distances."""

from xinzhi.atlas.boundaries import Boundaries, Extent, boundaries
from xinzhi.atlas.china import china
from xinzhi.atlas.files import read_groupings, read_places
from xinzhi.atlas.geography import innovation_kinds, pairings, pairs
from xinzhi.atlas.groupings import Group, Grouping, grouping, groupings, nested
from xinzhi.atlas.history import KIND_NAMES, changes, crosswalk, succeed
from xinzhi.atlas.mapping import map_option, shapes_for
from xinzhi.atlas.match import Alternative, Match
from xinzhi.atlas.neighbours import (
    EARTH_RADIUS,
    contiguity,
    distances,
    great_circle,
    islands,
    locatable,
    points,
    touching,
)
from xinzhi.atlas.places import Places
from xinzhi.atlas.projection import CHINA, Albers
from xinzhi.atlas.resolve import resolve, resolve_many

__all__ = [
    "CHINA",
    "EARTH_RADIUS",
    "KIND_NAMES",
    "Albers",
    "Alternative",
    "Boundaries",
    "Extent",
    "Group",
    "Grouping",
    "Match",
    "Places",
    "boundaries",
    "changes",
    "china",
    "contiguity",
    "crosswalk",
    "distances",
    "great_circle",
    "grouping",
    "groupings",
    "innovation_kinds",
    "islands",
    "locatable",
    "map_option",
    "nested",
    "pairings",
    "pairs",
    "points",
    "read_groupings",
    "read_places",
    "resolve",
    "resolve_many",
    "shapes_for",
    "succeed",
    "touching",
]
