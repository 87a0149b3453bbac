"""Giving each on the roster what the drive gives, once each: a case, a task done (goods: `handing`, money:
`ordering`). The fact is written in the transaction that gave it."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import connections
from django.utils.translation import gettext_lazy as _

from zhijia.campaigns import versions
from zhijia.campaigns.models import Drive, Entry, Piece
from zhijia.campaigns.services import answering, opening, promises
from zhijia.catalogue.campaign_rules import Thing
from zhijia.facts import services as facts
from zhijia.facts.services import NewFact
from zhijia.kernel import days, names
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import whole
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.matters.models import Case
from zhijia.matters.services import asking
from zhijia.registry import access
from zhijia.registry.models import Union

SOURCE = "campaign"
REACHED = "campaign.reached"
Given = tuple[int, UUID | None, int, int, int]
"""A piece with whom it is for, the union and county it stands at, and how often it came back before."""
AT_ONCE = 500
"""How many are given something in one go; what is left is given by the next."""
_DONE = """
UPDATE campaigns_piece SET state = 'done', done_at = %s, late = coalesce(due_on < %s, false)
WHERE id = ANY (%s) AND state = 'open'"""
_HANDED_IN = """
SELECT p.id, p.person_id, p.union_id, p.county_id, p.turn, p.drive_id, p.thing, c.id IS NULL
FROM campaigns_piece p JOIN campaigns_drive d ON d.id = p.drive_id AND d.state = 'open'
LEFT JOIN matters_case c ON c.id = p.case_id
WHERE p.case_id IS NOT NULL AND p.state = 'open' AND (c.id IS NULL OR c.state <> 'draft')
ORDER BY p.id LIMIT %s FOR UPDATE OF p SKIP LOCKED FOR SHARE OF d SKIP LOCKED"""


def held(actor: Actor, piece_id: int, gives: str) -> tuple[Piece, Drive, Thing, Actor]:
    """A piece that is open, of a drive that is, held until the transaction ends, for whoever works at its union, or
    acts for the employer that answers it itself. Raises NotForYou, and Refusal where it is done or need not be done
    any more."""
    found = Piece.objects.filter(pk=piece_id).first()
    drive = opening.held_open(found.drive_id) if found else None  # before the piece, as whoever makes rosters
    piece = Piece.objects.select_for_update().filter(pk=piece_id).first()
    if piece is None or drive is None:
        raise NotForYou("no_such_piece", _("There is nothing of the kind on a roster of yours."))
    thing = versions.of(drive).things[piece.thing]
    if not answering.is_its_employer(actor, piece, thing):
        actor = access.require(actor, opening.WORK, piece.union_id)
    if thing.gives != gives:
        raise NotForYou("no_such_piece", _("There is nothing of the kind on a roster of yours."))
    if piece.state == Piece.State.VOID:
        raise Refusal(
            "left_the_roster", _("They do not belong to the roster any more, so this need not be done.")
        )
    return piece, drive, thing, actor


def mark(*, actor: Actor, at: datetime, piece_id: int, note: str = "") -> Piece:
    """A task was done with this one; marked again it stays as it was first. Raises Refusal where a word of what came of
    it is asked and missing."""
    piece, drive, thing, actor = held(actor, piece_id, "task")
    if piece.state == Piece.State.DONE:
        return piece
    said = names.seen(note)[:500]
    if thing.asks_note and not said:
        raise Refusal("note_missing", _("Say in a few words what came of it."))
    piece.note = said
    with promises.kept():
        _done(piece, drive, actor, at)
    opening.told(actor, at, "campaign.mark", drive, piece=piece.pk)
    return piece


def open_case(*, actor: Actor, at: datetime, piece_id: int) -> Case:
    """The request the drive opens for this one, once: a draft at the officer's desk, by the matter in force. It counts
    once it was handed in. The one that is there is answered again."""
    piece, drive, thing, actor = held(actor, piece_id, "case")
    if piece.case_id is not None:
        found = Case.objects.filter(pk=piece.case_id).first()
        if found is not None:
            return found
    if piece.state == Piece.State.DONE:
        raise Refusal("each_gets_a_thing_once", promises.BROKEN["each_gets_a_thing_once"])
    entry = Entry.objects.get(pk=piece.entry_id)
    union = Union.objects.get(pk=entry.of_union_id or piece.union_id)
    if entry.person_id is not None:
        case = asking.start(actor=actor, at=at, code=thing.matter, union=union, person_id=entry.person_id)
    else:
        case = asking.start(actor=actor, at=at, code=thing.matter, for_union=union)
    if Piece.objects.filter(case_id=case.pk).exclude(pk=piece.pk).exists():
        raise Refusal(
            "case_of_another",
            _("A request of this kind is being written for another on the roster. Finish that one first."),
        )
    piece.case_id, piece.source = case.pk, f"case:{case.pk}"
    piece.save(update_fields=["case_id", "source"])
    opening.told(actor, at, "campaign.case", drive, piece=piece.pk)
    return case


def follow_cases(*, at: datetime) -> int:
    """What was handed in since is done, with its fact, while its drive is open; a draft that was thrown away can be
    begun anew. How many."""
    many = 0
    while True:
        with whole() as cursor:
            cursor.execute(_HANDED_IN, [AT_ONCE])
            rows = cursor.fetchall()
            if not rows:
                return many
            gone = [row[0] for row in rows if row[-1]]
            cursor.execute(
                "UPDATE campaigns_piece SET case_id = NULL, source = '' WHERE id = ANY (%s)", [gone]
            )
            by_thing: dict[tuple[int, str], list[Given]] = {}
            for *given, drive, thing, was_thrown in rows:
                if not was_thrown:
                    by_thing.setdefault((drive, thing), []).append(tuple(given))
            for (drive_id, code), some in by_thing.items():
                drive = Drive.objects.select_related("version").get(pk=drive_id)
                done_many(drive, versions.of(drive).things[code], some, at=at)
                many += len(some)


def done_many(drive: Drive, thing: Thing, rows: Sequence[Given], *, at: datetime) -> None:
    """These pieces are done, with a fact each, in the running transaction of `bulk`."""
    with connections["bulk"].cursor() as cursor:
        cursor.execute(_DONE, [at, days.business_day(at), [row[0] for row in rows]])
    facts.record_many(
        NewFact(
            kind=REACHED, union_id=union, county_id=county, day=days.business_day(at), record="piece",
            record_id=piece, person_id=person, turn=turn,
            dimensions={"campaign": drive.code, "drive": str(drive.pk), "thing": thing.code},
        )
        for piece, person, union, county, turn in rows
    )  # fmt: skip


def fact(piece: Piece, drive: Drive, today: date) -> NewFact:
    """That the one it is for got it today."""
    return NewFact(
        kind=REACHED, union_id=piece.union_id, county_id=piece.county_id, day=today, amount=piece.amount,
        person_id=piece.person_id, record="piece", record_id=piece.pk, turn=piece.turn,
        dimensions={"campaign": drive.code, "drive": str(drive.pk), "thing": piece.thing},
    )  # fmt: skip


def _done(piece: Piece, drive: Drive, actor: Actor, at: datetime) -> None:
    """It is done, with its fact."""
    today = days.business_day(at)
    piece.state, piece.done_at, piece.done_by = Piece.State.DONE, at, actor.user_id
    piece.late = piece.due_on is not None and today > piece.due_on
    piece.save(update_fields=["state", "done_at", "done_by", "late", "note", "source", "amount"])
    facts.record([fact(piece, drive, today)])
