"""The three dated trees of unions. The dated edges (`models.Parent`) are the truth.

Today's organisation tree is kept as nested intervals (`intervals`), so that what lies under a union is a range, not a
walk; today's fund and industry tree likewise (`others`). Every tree as it was on a day is walked over the edges in
force that day (`at`), only as far as what is asked for.
"""

from zhijia.registry.tree.dated import TREES, At, at
from zhijia.registry.tree.intervals import (
    Crossing,
    children,
    hang,
    hold,
    path,
    path_to,
    paths,
    place_leaf,
    rebuild,
    roots,
    under,
)
from zhijia.registry.tree.others import follow, leave
from zhijia.registry.tree.others import under as under_elsewhere

__all__ = [
    "TREES",
    "At",
    "Crossing",
    "at",
    "children",
    "follow",
    "hang",
    "hold",
    "leave",
    "path",
    "path_to",
    "paths",
    "place_leaf",
    "rebuild",
    "roots",
    "under",
    "under_elsewhere",
]
