"""A tree as it was on a day, walked over the edges in force that day; only the part that is asked for is read."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db import connections

from zhijia.registry.models import Parent, Union, UnionName

TREES: tuple[str, ...] = tuple(Parent.Tree.values)
_IN_FORCE = "e.tree = %(tree)s AND e.valid_from <= %(day)s AND (e.valid_to IS NULL OR e.valid_to > %(day)s)"
_UNDER = f"""
WITH RECURSIVE below (id) AS (
  SELECT %(union)s::int
  UNION SELECT e.union_id FROM below JOIN registry_parent e ON e.parent_id = below.id AND {_IN_FORCE}
)
SELECT id FROM below"""  # noqa: S608 - constants
_PATH = f"""
WITH RECURSIVE above (id, steps) AS (
  SELECT %(union)s::int, 0
  UNION SELECT e.parent_id, above.steps + 1 FROM above
  JOIN registry_parent e ON e.union_id = above.id AND {_IN_FORCE}
)
SELECT id FROM above ORDER BY steps DESC"""  # noqa: S608
_CHILDREN = f"SELECT e.union_id FROM registry_parent e WHERE e.parent_id = %(union)s AND {_IN_FORCE}"  # noqa: S608
# A county-level union hangs only under others of county level or higher, so the walk needs no other edges.
_COUNTIES = f"""
WITH RECURSIVE edges AS MATERIALIZED (
  SELECT e.union_id, e.parent_id FROM registry_union u
  JOIN registry_parent e ON e.union_id = u.id AND {_IN_FORCE}
  WHERE u.level <= {Union.Level.COUNTY}
), below (id) AS (
  SELECT %(union)s::int
  UNION SELECT edges.union_id FROM below JOIN edges ON edges.parent_id = below.id
)
SELECT id FROM below"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class At:
    """One of the three trees, as it was at the end of a day."""

    day: date
    tree: str
    using: str = "default"

    def under(self, union_id: int) -> list[int]:
        """The union and everything that hung under it."""
        return self._ids(_UNDER, union_id)

    def path(self, union_id: int) -> list[int]:
        """The unions above it and itself, highest first."""
        return self._ids(_PATH, union_id)

    def children(self, union_id: int) -> list[int]:
        """The unions straight under it."""
        return self._ids(_CHILDREN, union_id)

    def counties(self, union_id: int) -> list[int]:
        """The unions of county level and up at and under it."""
        return self._ids(_COUNTIES, union_id)

    def names(self, union_ids: Collection[int]) -> dict[int, str]:
        """What these unions were called."""
        names = dict(Union.objects.using(self.using).filter(pk__in=union_ids).values_list("pk", "name"))
        names.update(
            UnionName.objects.using(self.using)
            .filter(union__in=union_ids, valid_from__lte=self.day, valid_to__gt=self.day)
            .values_list("union_id", "name")
        )
        return names

    def _ids(self, statement: str, union_id: int) -> list[int]:
        with connections[self.using].cursor() as cursor:
            cursor.execute(statement, {"union": union_id, "tree": self.tree, "day": self.day})
            return [found for (found,) in cursor.fetchall()]


def at(day: date, tree: str = "organisation", *, using: str = "default") -> At:
    """The tree as it was at the end of the day. Raises ValueError for a tree there is not."""
    return At(day, Parent.Tree(tree).value, using)
