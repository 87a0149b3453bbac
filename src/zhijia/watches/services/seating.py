"""Clues follow the rights at unions: one whose union has nobody for it goes up, one that somebody nearer can answer
comes back down."""

from datetime import datetime
from typing import Any

from zhijia.catalogue.watch_kinds import Watch
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import acting, whole
from zhijia.watches import plans
from zhijia.watches.plans import Plan
from zhijia.watches.services import refreshing, trail
from zhijia.watches.services.refreshing import Overtaken

PLACES = 500
"""Places in one transaction."""
_SEAT = "watches_seat(place, %(w_roles)s, %(w_steps)s, %(w_lowest)s, %(w_today)s)"
_ASTRAY = f"""
SELECT DISTINCT place FROM (
  SELECT DISTINCT seat_for AS place, seat_id FROM watches_clue
  WHERE watch = %(w_watch)s AND state = 'open' AND seat_for IS NOT NULL) AS seats
WHERE seat_id IS DISTINCT FROM {_SEAT} ORDER BY place"""  # noqa: S608 - a constant
_SEATED = f"""
UPDATE watches_clue c SET seat_id = s.seat, seated_at = %(w_at)s
FROM (SELECT place, {_SEAT} AS seat FROM unnest(%(w_places)s::int[]) AS place) AS s
WHERE c.watch = %(w_watch)s AND c.state = 'open' AND c.seat_for = s.place AND c.seat_id IS DISTINCT FROM s.seat"""  # noqa: S608


def follow_rights(*, at: datetime, actor: Actor) -> int:
    """Put each open clue where somebody can answer it today; how many went elsewhere. A second run finds none. A rule
    that is another one by now is left to the next run."""
    with acting(actor):
        kept = plans.in_force_on(days.business_day(at)).kept
    many = 0
    for plan in kept.values():
        for watch in plan.watches:
            many += _of_watch(plan, watch, at)
    return many


def _of_watch(plan: Plan, watch: Watch, at: datetime) -> int:
    values = {
        **refreshing.seat_of(watch),
        "w_watch": watch.code,
        "w_today": days.business_day(at),
        "w_at": at,
    }
    with whole() as cursor:
        cursor.execute(_ASTRAY, values)
        places = [place for (place,) in cursor.fetchall()]
    many = 0
    for first in range(0, len(places), PLACES):
        try:
            many += _seat(plan, watch, {**values, "w_places": places[first : first + PLACES]}, at)
        except Overtaken:
            break
    return many


def _seat(plan: Plan, watch: Watch, values: dict[str, Any], at: datetime) -> int:
    with whole() as cursor:
        refreshing.hold(cursor, [plan])
        cursor.execute(_SEATED, values)
        many = int(cursor.rowcount)
        trail.tell("clue.seat", watch.code, many, at=at)
    return many
