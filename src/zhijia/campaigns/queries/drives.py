"""Drives as a union sees them: its own, and those of the unions above that it takes part in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from zhijia.campaigns import rules, versions
from zhijia.campaigns.models import Drive, Entry
from zhijia.catalogue import parameters
from zhijia.catalogue.campaign_rules import Campaign, Thing
from zhijia.registry import tree
from zhijia.registry.models import Union


@dataclass(frozen=True, slots=True)
class Seen:
    """A drive with what it is and whose."""

    drive: Drive
    campaign: Campaign
    union: Union


@dataclass(frozen=True, slots=True)
class Burden:
    """What a drive asks of a union: how many returns at a time, and minutes a month for all of them."""

    drive: Drive
    returns: int
    minutes: int


def at_union(union: Union) -> QuerySet[Drive]:
    """The drives a union has to do with: its own in every state, those above once they are open, newest first."""
    above = [one.pk for one in tree.path(union) if one.pk != union.pk]
    begun = [Drive.State.OPEN, Drive.State.CLOSED, Drive.State.STOPPED]
    rows = Drive.objects.filter(
        Q(union_id=union.pk) | Q(union_id__in=above, state__in=begun, opened_at__isnull=False)
    )
    return rows.select_related("version").order_by("-pk")


def page(union: Union, *, after: int | None, rows: int) -> tuple[list[Seen], int | None]:
    """A page of them behind this one, and the last of it where there are more."""
    found = at_union(union)
    some = list((found.filter(pk__lt=after) if after else found)[: rows + 1])
    unions = Union.objects.in_bulk({drive.union_id for drive in some})
    seen = [Seen(drive, versions.of(drive), unions[drive.union_id]) for drive in some[:rows]]
    return seen, some[rows - 1].pk if len(some) > rows else None


def find(union: Union, number: int) -> Drive | None:
    """A drive the union has to do with: of its own, of a union above, or of one under it."""
    drive = Drive.objects.select_related("version").filter(pk=number).first()
    if drive is None:
        return None
    if at_union(union).filter(pk=number).exists() or tree.under(union.pk).filter(pk=drive.union_id).exists():
        return drive
    return None


def offered(union: Union, *, day: date) -> list[tuple[Campaign, int]]:
    """The campaigns this union can open, each with the minutes a month it asks of one on its roster."""
    level = Union.Level(union.level).name.lower()
    rows = [one for one in versions.all_in_force(day=day).values() if level in one.levels]
    return [
        (one, minutes_of(one, union.division, day))
        for one in sorted(rows, key=lambda one: (one.group, str(one.label)))
    ]


def minutes_of(campaign: Campaign, division: str, day: date) -> int:
    """Minutes a month its returns take whoever answers them for one on the roster."""
    return _minutes(campaign.returns, division, day)


def _minutes(returns: Sequence[Thing], division: str, day: date) -> int:
    asked = [(one.cadence, int(parameters.value(one.minutes, division=division, day=day))) for one in returns]
    return rules.burden(asked)


def burdens(union: Union, *, day: date) -> list[Burden]:
    """What each open drive asks of this union in returns, the heaviest first; not what employers answer themselves."""
    found = []
    rows = Drive.objects.filter(state=Drive.State.OPEN, union_id__in=[one.pk for one in tree.path(union)])
    for drive in rows.select_related("version"):
        returns = [thing for thing in versions.of(drive).returns if not thing.by_employer]
        if returns:
            many = Entry.objects.filter(drive=drive, union_id=union.pk, left_on__isnull=True).count()
            if many:
                minutes = _minutes(returns, union.division, day)
                found.append(Burden(drive, many * len(returns), many * minutes))
    return sorted(found, key=lambda one: (-one.minutes, one.drive.pk))
