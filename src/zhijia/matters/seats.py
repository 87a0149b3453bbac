"""At which union a step is decided: found when the step opens, from the tree as it is then (ADR 0015)."""

from collections.abc import Sequence
from datetime import date
from functools import cached_property

from zhijia.catalogue.matter_steps import Step
from zhijia.matters.models import Case
from zhijia.registry import tree
from zhijia.registry.models import Union

LEVELS = {
    "township": Union.Level.TOWNSHIP,
    "county": Union.Level.COUNTY,
    "city": Union.Level.CITY,
    "province": Union.Level.PROVINCE,
}


def seat_of(step: Step, *, begins: Union, other: Union | None, day: date) -> Union:
    """The union that decides the step of a case that begins at `begins`; the next one above where the level is not
    there. A seat at the other side is the case's own where there is none."""
    if step.seat == "own":
        return begins
    if step.seat == "other":
        return other or begins
    return _along(
        step, tree.path(begins) if step.tree == "organisation" else _elsewhere(step, begins.pk, day)
    )


class Seats:
    """Where the steps of one case are decided on a day. What is needed of the unions is read once."""

    def __init__(self, case: Case, day: date) -> None:
        self.case, self.day = case, day

    @cached_property
    def path(self) -> list[Union]:
        """The unions above the one it begins at, and that one, highest first."""
        return tree.path_to(self.case.union_id)

    @property
    def begins(self) -> Union:
        """The union it begins at."""
        return self.path[-1]

    @cached_property
    def other(self) -> Union | None:
        """The second union that has to do with it."""
        return Union.objects.get(pk=self.case.other_union_id) if self.case.other_union_id else None

    def of(self, step: Step) -> Union:
        """The union that decides the step."""
        if step.seat == "own":
            return self.begins
        if step.seat == "other":
            return self.other or self.begins
        if step.tree == "organisation":
            return _along(step, self.path)
        return _along(step, _elsewhere(step, self.case.union_id, self.day))


def _along(step: Step, path: Sequence[Union]) -> Union:
    """The union of the step's level among these, highest first; the next one above where the level is not there."""
    if step.seat == "above_own":
        return path[-2] if len(path) > 1 else path[-1]
    reaching = [union for union in path if union.level <= LEVELS[step.seat]]
    return reaching[-1] if reaching else path[0]


def _elsewhere(step: Step, union_id: int, day: date) -> Sequence[Union]:
    return list(Union.objects.filter(pk__in=tree.at(day, step.tree).path(union_id)).order_by("level"))


def above(union: Union) -> Union:
    """The first union above it that is no union of a workplace; the highest where there is none. What is against an
    employer begins there, so that nobody in the employer's own unions sees it."""
    path = tree.path(union)
    beyond = [higher for higher in path[:-1] if higher.level <= Union.Level.TOWNSHIP]
    return beyond[-1] if beyond else path[0]
