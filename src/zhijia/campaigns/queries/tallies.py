"""What the tallies of a drive say: as many rows are read for a province as it has counties, not as many as its roster
has places. They hold no personal data and know nobody's rights: the caller names the union it may show."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from zhijia.campaigns import versions
from zhijia.campaigns.models import Drive
from zhijia.campaigns.queries.places import places_of
from zhijia.catalogue.campaign_rules import Campaign, Told
from zhijia.registry.models import Union

REACHED, RETURNED = "campaign.reached", "campaign.returned"
_HOW = """
  coalesce(sum(many) FILTER (WHERE state <> 'void'), 0)::bigint,
  coalesce(sum(many) FILTER (WHERE state = 'done'), 0)::bigint,
  coalesce(sum(many) FILTER (WHERE state = 'done' AND late), 0)::bigint,
  coalesce(sum(many) FILTER (WHERE state = 'open' AND due_on < %(today)s), 0)::bigint"""
_GIVEN = f"""
SELECT thing, {_HOW}
FROM campaigns_tally WHERE drive_id = %(drive)s AND thing <> '' AND {{here}} GROUP BY thing"""  # noqa: S608 - constants
_LISTED = """
SELECT coalesce(sum(many) FILTER (WHERE state = 'open'), 0)::bigint,
  coalesce(sum(many) FILTER (WHERE state = 'void'), 0)::bigint
FROM campaigns_tally WHERE drive_id = %(drive)s AND thing = '' AND {here}"""
_TIMES = f"""
SELECT begins_on, max(ends_on), min(due_on), {_HOW}
FROM campaigns_tally WHERE drive_id = %(drive)s AND thing = %(thing)s AND state <> 'void' AND {{here}}
GROUP BY begins_on HAVING sum(many) > 0 ORDER BY begins_on DESC LIMIT %(times)s"""  # noqa: S608 - constants
_DONE = """
  FROM campaigns_tally t {tops}
  WHERE t.drive_id = %(drive)s AND t.state = 'done' AND t.thing = ANY (%(things)s)
    AND t.done_on BETWEEN %(since)s AND %(until)s
    AND (%(late)s::boolean IS NULL OR t.late = %(late)s)
GROUP BY 1"""
_HOW_OF_IT = _HOW.replace("WHERE ", "WHERE thing <> '' AND ")
_RETURN = f"""
SELECT top.id, coalesce(sum(many) FILTER (WHERE thing = '' AND state = 'open'), 0)::bigint,{_HOW_OF_IT}
  FROM campaigns_tally t {{tops}}
  WHERE t.drive_id = %(drive)s AND t.thing IN (%(thing)s, '')
GROUP BY 1"""  # noqa: S608 - constants
_COUNTIES = """
  JOIN unnest(%(tops)s::int[], %(counties)s::int[]) AS top (id, county_id)
    ON t.county_id = top.county_id AND t.union_id IS NULL"""
_UNIONS = """
  JOIN registry_union low ON low.id = t.union_id
  JOIN registry_union top ON top.id = ANY (%(tops)s)
    AND low.tree_left >= top.tree_left AND low.tree_left < top.tree_right"""


@dataclass(frozen=True, slots=True)
class Time:
    """Of one time of a return: how many are asked, came in, came in late, and are missing past their day."""

    begins_on: date
    ends_on: date
    due_on: date | None
    asked: int
    sent: int
    late: int
    missing: int


@dataclass(frozen=True, slots=True)
class How:
    """Of a thing: for how many it is there, done, done after its last day, and not done though that day has passed."""

    there: int = 0
    done: int = 0
    late: int = 0
    missing: int = 0


@dataclass(frozen=True, slots=True)
class Under:
    """A union's return with all under it: how it stands, and how many on the roster answer it there."""

    how: How = How()
    answering: int = 0


def given(drive: Drive, union: Union, today: date) -> dict[str, How]:
    """By thing, how it stands under the union."""
    rows = _rows(_GIVEN, union, {"drive": drive.pk, "today": today})
    return {thing: How(*numbers) for thing, *numbers in rows}


def of_return(drive: Drive, thing: str, tops: Sequence[Union], *, today: date) -> dict[int, Under]:
    """How a return stands under each of these unions; none where nobody is asked."""
    asked = {"drive": drive.pk, "thing": thing, "today": today}
    return {top: Under(How(*numbers), many) for top, many, *numbers in _by_top(_RETURN, tops, asked)}


def listed(drive: Drive, union: Union) -> tuple[int, int]:
    """How many are on the roster under the union, and how many were and belong no more."""
    ((on, off),) = _rows(_LISTED, union, {"drive": drive.pk})
    return on, off


def times(drive: Drive, thing: str, union: Union, *, today: date, most: int) -> list[Time]:
    """The last times of a return under the union, newest first."""
    asked = {"drive": drive.pk, "thing": thing, "today": today, "times": most}
    return [Time(*row) for row in _rows(_TIMES, union, asked)]


def answers(told: Told, drive: Drive) -> bool:
    """Whether what is told of this drive can be read here: things done or sent, of whatever thing."""
    cuts = {REACHED: {"thing"}, RETURNED: {"thing", "late"}}.get(told.kind)
    if cuts is None or told.less or told.where.keys() - cuts:
        return False
    return told.counts != "people" or _is_of_each_once(told, versions.of(drive))


def under_each(
    told: Told, drive: Drive, tops: Sequence[Union], *, since: date, until: date
) -> dict[int, int]:
    """How much of it was told under each of these unions; none where nothing was."""
    measure = "t.amount" if told.counts == "amount" else "t.many"
    asked: dict[str, Any] = {
        "drive": drive.pk, "things": list(_things(told, versions.of(drive))), "since": since, "until": until,
        "late": told.where.get("late"),
    }  # fmt: skip
    found = _by_top(f"SELECT top.id, sum({measure})::bigint{_DONE}", tops, asked)
    return {top: much for top, much in found if much}


def _things(told: Told, campaign: Campaign) -> Collection[str]:
    """The things of the drive it is told of."""
    returns = {thing.code for thing in campaign.returns}
    own = returns if told.kind == RETURNED else campaign.things.keys() - returns
    named = told.where.get("thing")
    return own if named is None else own & {str(named)}


def _is_of_each_once(told: Told, campaign: Campaign) -> bool:
    """Whether counting things counts people: each on the roster is a person and gets the one thing once."""
    things = [campaign.things[code] for code in _things(told, campaign)]
    return campaign.subject == "person" and len(things) == 1 and not things[0].is_asked_again


def _by_top(text: str, tops: Sequence[Union], asked: dict[str, Any]) -> list[tuple[Any, ...]]:
    """What a statement says of each of these unions with all under it: of those with counties by these."""
    high = [(top.pk, county) for top in tops for county in top.county_ids]
    low = [top.pk for top in tops if not top.county_ids]
    found: list[tuple[Any, ...]] = []
    for under, places in (
        (_COUNTIES, {"tops": [top for top, _county in high], "counties": [county for _top, county in high]}),
        (_UNIONS, {"tops": low}),
    ):
        if places["tops"]:
            with connection.cursor() as cursor:
                cursor.execute(text.format(tops=under), asked | places)
                found += cursor.fetchall()
    return found


def _rows(text: str, union: Union, asked: dict[str, Any]) -> list[tuple[Any, ...]]:
    column, places = places_of(union)
    here = f"{column} = ANY (%(places)s) AND union_id IS {'NOT NULL' if column == 'union_id' else 'NULL'}"
    with connection.cursor() as cursor:
        cursor.execute(text.format(here=here), asked | {"places": places})
        return list(cursor.fetchall())
