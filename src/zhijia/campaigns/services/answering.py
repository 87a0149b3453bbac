"""An employer answers the returns that are asked of it itself: whoever acts for it, who is told."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from zhijia.campaigns.models import Drive, Piece
from zhijia.catalogue import notices as words
from zhijia.catalogue.campaign_rules import Thing
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import whole
from zhijia.notices import many
from zhijia.registry.models import Union
from zhijia.registry.services import representatives

ASKED, DUE = "campaign_asks_employer", "campaign_due_employer"
"""Kinds of message: a return came up; it is due soon, or its day has passed."""
_ACTING = """
SELECT r.user_id, p.id, f.name, p.due_on FROM campaigns_entry e
JOIN campaigns_piece p ON p.entry_id = e.id AND p.thing = %(thing)s AND p.state = 'open'
JOIN registry_employer f ON f.id = e.employer_id
JOIN registry_representative r ON r.employer_id = f.id AND r.valid_from <= %(today)s
  AND (r.valid_to IS NULL OR r.valid_to > %(today)s)
WHERE e.drive_id = %(drive)s AND (%(pieces)s::bigint[] IS NULL OR p.id = ANY (%(pieces)s)) ORDER BY r.user_id, p.id"""

_ALONE = """
SELECT p.id FROM campaigns_piece p JOIN campaigns_entry e ON e.id = p.entry_id
WHERE p.id = ANY (%s) AND e.employer_id NOT IN (SELECT employer FROM campaigns_represented(ARRAY[%s]))"""


def is_its_employer(actor: Actor, piece: Piece, thing: Thing) -> bool:
    """Whether the actor acts for the employer that answers this piece itself."""
    employer = piece.entry.employer_id if thing.by_employer else None
    return employer is not None and representatives.acts_for(actor, employer)


def asked(*, at: datetime, drive: Drive, thing: Thing) -> int:
    """Tell whoever acts for an employer of each return it is asked, once; how many were told."""
    with whole() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{ASKED} {drive.pk}"])
        told = _told(cursor, drive, thing, at, None)
        return many.tell_users_once(at=at, kind=ASKED, told=told, reason="campaign")


def reminded(*, at: datetime, drive: Drive, thing: Thing, pieces: Sequence[int]) -> int:
    """Tell whoever acts for an employer of these returns that they are due soon; how many were told."""
    with whole() as cursor:
        told = _told(cursor, drive, thing, at, list(pieces))
        return many.tell_users_each(at=at, kind=DUE, told=told, reason="campaign", using="bulk")


def alone(drive: Drive, pieces: Sequence[int]) -> set[int]:
    """Of these returns of a drive those for whose employer nobody acts: its union's officers write them."""
    with whole() as cursor:
        cursor.execute(_ALONE, [list(pieces), drive.pk])
        return {number for (number,) in cursor.fetchall()}


def _told(
    cursor: Any, drive: Drive, thing: Thing, at: datetime, pieces: list[int] | None
) -> list[tuple[int, str, dict[str, Any]]]:
    """To whom it is said, where it leads, and what it says."""
    union = Union.objects.values_list("name", flat=True).get(pk=drive.union_id)
    said = {"union": union, "title": drive.title, "what": words.both(thing.label)}
    asked = {"drive": drive.pk, "thing": thing.code, "today": days.business_day(at), "pieces": pieces}
    cursor.execute(_ACTING, asked)
    rows: list[tuple[int, int, str, date]] = cursor.fetchall()
    return [
        (user_id, f"/me/enterprise/returns/{piece}/", {**said, "employer": firm, "day": due.isoformat()})
        for user_id, piece, firm, due in rows
    ]
