"""At which union a step is decided: found when the step opens, from the tree as it is then (ADR 0015)."""

from datetime import date

from zhijia.catalogue.matter_rules import Step
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
    if step.tree == "organisation":
        path = tree.path(begins)
    else:
        path = list(Union.objects.filter(pk__in=tree.at(day, step.tree).path(begins.pk)).order_by("level"))
    if step.seat == "above_own":
        return path[-2] if len(path) > 1 else path[-1]
    reaching = [union for union in path if union.level <= LEVELS[step.seat]]
    return reaching[-1] if reaching else path[0]


def above(union: Union) -> Union:
    """The first union above it that is no union of a workplace; the highest where there is none. What is against an
    employer begins there, so that nobody in the employer's own unions sees it."""
    path = tree.path(union)
    beyond = [higher for higher in path[:-1] if higher.level <= Union.Level.TOWNSHIP]
    return beyond[-1] if beyond else path[0]
