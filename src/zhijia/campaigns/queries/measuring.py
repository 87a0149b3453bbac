"""What a measure says: facts told at unions from a day to a day, counted by the union they lie under. What a drive told
itself comes from its tallies, whole months of kinds that nothing narrows from the roll-ups; the rest from the facts
themselves, as far as the reader may see them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db import connection
from psycopg.types.json import Jsonb

from zhijia.campaigns import rules
from zhijia.campaigns.models import Drive
from zhijia.campaigns.queries import tallies
from zhijia.campaigns.queries.places import places_of
from zhijia.catalogue.campaign_rules import Told
from zhijia.facts import queries as facts
from zhijia.kernel.days import month_of
from zhijia.registry import tree
from zhijia.registry.models import Union

OWN = "campaign."
"""Kinds of ours are counted by the drive that told them."""
EVER = date(2015, 1, 1)
_FACTS = """
SELECT f.union_id, f.kind, f.quantity, f.amount, f.person_id FROM facts_fact f
WHERE f.kind = ANY (%(kinds)s) AND f.{place} = ANY (%(places)s) AND f.day BETWEEN %(since)s AND %(until)s
  AND f.dimensions @> %(where)s"""
_UNDER = """
JOIN registry_union low ON low.id = f.union_id
JOIN registry_union top ON top.id = ANY (%(tops)s)
  AND low.tree_left >= top.tree_left AND low.tree_left < top.tree_right"""
_SUM = """
SELECT top.id, sum(CASE WHEN f.kind = %(less)s THEN -f.much ELSE f.much END)::bigint
FROM (SELECT union_id, kind, sum({measure}) AS much FROM ({facts}) AS one GROUP BY union_id, kind) AS f {under}
GROUP BY top.id"""
_PEOPLE = """
SELECT each.id, count(*)::bigint FROM (
  SELECT top.id, f.person_id FROM ({facts}) AS f {under} WHERE f.person_id IS NOT NULL
  GROUP BY top.id, f.person_id HAVING sum(f.quantity) > 0) AS each
GROUP BY each.id"""


def under_each(
    told: Told, drive: Drive, within: Union, tops: Sequence[Union], *, since: date, until: date
) -> dict[int, int]:
    """How much was told under each of these unions, all of which lie under `within`; none where nothing was."""
    if until < since or not tops:
        return {}
    if tallies.answers(told, drive):
        return tallies.under_each(told, drive, tops, since=since, until=until)
    if told.where or told.counts == "people" or told.kind.startswith(OWN):
        return _from_facts(told, drive, within, tops, since, until)
    sums: dict[int, int] = {}
    for first, last, is_whole in rules.parts(since, until):
        some = (
            _from_roll_ups(told, tops, first, last)
            if is_whole
            else _from_facts(told, drive, within, tops, first, last)
        )
        for top, much in some.items():
            sums[top] = sums.get(top, 0) + much
    return {top: much for top, much in sums.items() if much}


def at_union(told: Told, drive: Drive, union_id: int, *, since: date | None, until: date) -> int:
    """How much was told at and under one union."""
    union = Union.objects.get(pk=union_id)
    return under_each(told, drive, union, [union], since=since or EVER, until=until).get(union_id, 0)


def _from_facts(
    told: Told, drive: Drive, within: Union, tops: Sequence[Union], since: date, until: date
) -> dict[int, int]:
    column, places = places_of(within)
    own = {"drive": str(drive.pk)} if told.kind.startswith(OWN) else {}
    values: dict[str, Any] = {
        "kinds": [kind for kind in (told.kind, told.less) if kind], "less": told.less, "places": places,
        "since": since, "until": until, "where": Jsonb({**told.where, **own}),
        "tops": [top.pk for top in tops],
    }  # fmt: skip
    source = _FACTS.format(place=column)
    text = _PEOPLE if told.counts == "people" else _SUM
    with connection.cursor() as cursor:
        cursor.execute(text.format(facts=source, under=_UNDER, measure=told.counts), values)
        return dict(cursor.fetchall())


def _from_roll_ups(told: Told, tops: Sequence[Union], since: date, until: date) -> dict[int, int]:
    kinds = {told.kind: 1} | ({told.less: -1} if told.less else {})
    asked: dict[str, Any] = {"since": month_of(since), "until": month_of(until), "measure": told.counts}
    high = {top.pk: top.county_ids for top in tops if top.county_ids}
    low = {
        top.pk: list(tree.under(top.pk).values_list("pk", flat=True)) for top in tops if not top.county_ids
    }
    sums: dict[int, int] = {}
    if high:
        sums |= _added(high, facts.by_county(kinds, counties=_all(high.values()), **asked))
    if low:
        sums |= _added(low, facts.by_union(kinds, unions=_all(low.values()), **asked))
    return {top: much for top, much in sums.items() if much}


def _all(places: Iterable[Sequence[int]]) -> list[int]:
    return [one for some in places for one in some]


def _added(places: Mapping[int, Sequence[int]], said: Mapping[int, int]) -> dict[int, int]:
    return {top: sum(said.get(one, 0) for one in some) for top, some in places.items()}
