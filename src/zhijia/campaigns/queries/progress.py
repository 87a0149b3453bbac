"""How far a drive is: its measures beside their targets, at a union and at those straight below it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from zhijia.campaigns.models import Drive, Share
from zhijia.campaigns.queries import measuring, sources, tallies
from zhijia.catalogue.campaign_rules import Campaign, Measure, Thing
from zhijia.registry import tree
from zhijia.registry.models import Union


@dataclass(frozen=True, slots=True)
class Reached:
    """What was reached of a measure in a time (`year` 0: the whole drive), and the target where there is one."""

    measure: Measure
    year: int
    reached: int
    target: int | None
    until: date
    counts: str
    """What it counts, in words, and up to which day."""

    @property
    def percent(self) -> int | None:
        """Whole percent of the target, rounded down; none without one."""
        return self.reached * 100 // self.target if self.target else None


@dataclass(frozen=True, slots=True)
class Line:
    """A union straight below with what was reached there."""

    union: Union
    cells: Sequence[Reached]


@dataclass(frozen=True, slots=True)
class Given:
    """Of a thing each gets: for how many it is there, done, done late, and missing past its day."""

    thing: Thing
    there: int
    done: int
    late: int
    missing: int


def times(drive: Drive, campaign: Campaign, today: date) -> list[tuple[int, date, date]]:
    """The times in which it is measured up to today: each year of a programme, else the whole drive."""
    until = min(today, drive.closes_on) if drive.closes_on else today
    if campaign.runs != "years":
        return [(0, drive.opens_on, until)]
    last = (drive.closes_on or until).year
    return [
        (year, max(drive.opens_on, date(year, 1, 1)), min(until, date(year, 12, 31)))
        for year in range(drive.opens_on.year, last + 1)
    ]


def of(drive: Drive, campaign: Campaign, union: Union, unions: Sequence[Union], today: date) -> list[Line]:
    """What was reached at each of these unions, which are the union or lie under it. As many statements as measures and
    years."""
    aims = {
        (share.union_id, share.measure, share.year): share.amount
        for share in Share.objects.filter(drive=drive, union_id__in=[one.pk for one in unions])
    }
    cells: dict[int, list[Reached]] = {one.pk: [] for one in unions}
    for measure in campaign.measures:
        words = sources.said(measure.told, campaign)
        for year, since, until in times(drive, campaign, today):
            said = measuring.under_each(measure.told, drive, union, unions, since=since, until=until)
            for one in unions:
                target = aims.get((one.pk, measure.code, year))
                cells[one.pk].append(Reached(measure, year, said.get(one.pk, 0), target, until, words))
    return [Line(one, cells[one.pk]) for one in unions]


def below(union: Union, *, after: int | None, rows: int) -> tuple[list[Union], int | None]:
    """The unions straight below, a page by their numbers behind this one, and the last of it where there are more."""
    found = tree.children(union.pk).filter(dissolved_on__isnull=True).order_by("pk")
    some = list((found.filter(pk__gt=after) if after else found)[: rows + 1])
    return some[:rows], some[rows - 1].pk if len(some) > rows else None


def given(drive: Drive, campaign: Campaign, union: Union, today: date) -> list[Given]:
    """Of each thing, how it stands under the union."""
    counted = tallies.given(drive, union, today)
    stands = [(thing, counted.get(thing.code, tallies.How())) for thing in campaign.each]
    return [Given(thing, how.there, how.done, how.late, how.missing) for thing, how in stands]
