"""Returns as both sides see them: how many of a time were asked, sent, late and missing, and what they add up to."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Count, Q

from zhijia.campaigns.models import Drive, Piece
from zhijia.campaigns.queries import measuring
from zhijia.catalogue.campaign_rules import NUMBERS, Ask, Thing
from zhijia.registry.models import Union

TIMES = 26
_SUMS = """
SELECT p.begins_on, {sums} FROM campaigns_piece p
JOIN LATERAL (SELECT a.answers, a.held FROM campaigns_answer a WHERE a.piece_id = p.id ORDER BY a.version DESC LIMIT 1)
  AS last ON true
WHERE p.drive_id = %(drive)s AND p.thing = %(thing)s AND p.state = 'done' AND p.{column} = ANY (%(places)s)
GROUP BY p.begins_on ORDER BY p.begins_on DESC LIMIT %(times)s"""


@dataclass(frozen=True, slots=True)
class Came:
    """Of one time of a return: how many are asked, came in, came in late, and are missing past their day; and the sums
    of what was said, by question."""

    begins_on: date
    ends_on: date
    due_on: date | None
    asked: int
    sent: int
    late: int
    missing: int
    sums: dict[str, int]

    @property
    def cells(self) -> list[int]:
        """The sums in the order of the questions."""
        return list(self.sums.values())


def counted(thing: Thing) -> list[Ask]:
    """The questions whose answers can be added up: those asked, and those of facts."""
    return [one for one in thing.questions if one.type in NUMBERS and (one.held is None or one.held.told)]


def by_time(drive: Drive, thing: Thing, union: Union, *, today: date) -> list[Came]:
    """The last times of a return under the union, newest first. Two statements."""
    column, places = measuring.places_of(union)
    rows = Piece.objects.filter(drive_id=drive.pk, thing=thing.code, **{f"{column}__in": places})
    missing = Q(state=Piece.State.OPEN, due_on__lt=today)
    groups = (
        rows.exclude(state=Piece.State.VOID)
        .values("begins_on", "ends_on")
        .annotate(
            asked=Count("pk"), sent=Count("pk", filter=Q(state=Piece.State.DONE)),
            behind=Count("pk", filter=Q(state=Piece.State.DONE, late=True)), missing=Count("pk", filter=missing),
        )
        .order_by("-begins_on")[:TIMES]
    )  # fmt: skip
    added = _sums(drive, thing, column, places)
    days = dict(rows.values_list("begins_on", "due_on").order_by("begins_on", "due_on").distinct("begins_on"))
    return [
        Came(
            row["begins_on"], row["ends_on"], days.get(row["begins_on"]), row["asked"], row["sent"], row["behind"],
            row["missing"], added.get(row["begins_on"], dict.fromkeys((one.name for one in counted(thing)), 0)),
        )
        for row in groups
    ]  # fmt: skip


def missing(
    drive: Drive, thing: Thing, union: Union, *, today: date, after: int | None, rows: int
) -> list[Piece]:
    """Those who have not sent it and whose day has passed, behind this one."""
    column, places = measuring.places_of(union)
    found = Piece.objects.filter(
        drive_id=drive.pk,
        thing=thing.code,
        state=Piece.State.OPEN,
        due_on__lt=today,
        **{f"{column}__in": places},
    ).select_related("entry")
    return list((found.filter(pk__gt=after) if after else found).order_by("pk")[: rows + 1])


def _sums(drive: Drive, thing: Thing, column: str, places: list[int]) -> dict[date, dict[str, int]]:
    asked = counted(thing)
    if not asked:
        return {}
    values: dict[str, Any] = {"drive": drive.pk, "thing": thing.code, "places": places, "times": TIMES}
    sums = []
    for number, one in enumerate(asked):
        values[f"name_{number}"] = one.name
        said = (
            f"last.held -> %(name_{number})s ->> 'value'"
            if one.held
            else f"last.answers ->> %(name_{number})s"
        )
        sums.append(f"coalesce(sum(({said})::numeric), 0)::bigint")
    with connection.cursor() as cursor:
        cursor.execute(_SUMS.format(sums=", ".join(sums), column=column), values)
        return {
            begins: dict(zip((one.name for one in asked), many, strict=True))
            for begins, *many in cursor.fetchall()
        }
