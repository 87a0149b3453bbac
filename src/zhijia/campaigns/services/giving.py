"""Giving each on the roster what the drive gives, once each: a case, a task done, goods, money. The fact is written in
the transaction that gave it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connections
from django.db.models import Case as Either
from django.db.models import Exists, OuterRef, Value, When
from django.utils.translation import gettext_lazy as _

from zhijia.campaigns import versions
from zhijia.campaigns.models import Drive, Entry, Piece
from zhijia.campaigns.services import opening, promises
from zhijia.catalogue import parameters
from zhijia.catalogue.campaign_rules import Thing
from zhijia.facts import services as facts
from zhijia.facts.services import NewFact
from zhijia.kernel import days, names
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import whole
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.ledger.services.posting import Source
from zhijia.matters.models import Case
from zhijia.matters.services import asking
from zhijia.payments.services import rosters
from zhijia.payments.services.rosters import Due, Spent
from zhijia.registry import access
from zhijia.registry.models import Person, Union

SOURCE = "campaign"
REACHED = "campaign.reached"
AT_ONCE = 500
"""How many are given something in one go; what is left is given by the next."""
BLOCK = 30_000
"""Numbers of one source of payments: an instalment is a small number."""
_DONE = """
UPDATE campaigns_piece SET state = 'done', done_at = %s, late = coalesce(due_on < %s, false)
WHERE id = ANY (%s) AND state = 'open'"""
_HANDED_IN = """
SELECT p.id, p.person_id, p.union_id, p.county_id, p.drive_id, p.thing, c.id IS NULL
FROM campaigns_piece p JOIN campaigns_drive d ON d.id = p.drive_id AND d.state = 'open'
LEFT JOIN matters_case c ON c.id = p.case_id
WHERE p.case_id IS NOT NULL AND p.state = 'open' AND (c.id IS NULL OR c.state <> 'draft')
ORDER BY p.id LIMIT %s FOR UPDATE OF p SKIP LOCKED"""
_HANDED = """
SELECT p.id, p.person_id, p.union_id, p.county_id, gone.issue
FROM campaigns_piece p
JOIN LATERAL (
  SELECT min(i.id) AS issue FROM assets_handed h JOIN assets_issue i ON i.id = h.issue_id
  WHERE h.person_id = p.person_id AND i.what_for = %(title)s AND i.day >= %(since)s
    AND (%(category)s = '' OR i.category IN ('', %(category)s))
    AND NOT EXISTS (SELECT FROM assets_return r WHERE r.issue_id = i.id AND h.id = ANY (r.lines))
    AND NOT EXISTS (
      SELECT FROM campaigns_piece had WHERE had.person_id = h.person_id AND had.source = 'issue:' || i.id)
) AS gone ON gone.issue IS NOT NULL
WHERE p.drive_id = %(drive)s AND p.thing = %(thing)s AND p.state = 'open' AND p.person_id IS NOT NULL
ORDER BY p.id LIMIT %(most)s FOR UPDATE OF p SKIP LOCKED"""
_FROM = """
UPDATE campaigns_piece p SET source = said.source FROM unnest(%s::bigint[], %s::text[]) AS said (id, source)
WHERE p.id = said.id"""


def held(actor: Actor, piece_id: int, gives: str) -> tuple[Piece, Drive, Thing, Actor]:
    """A piece that is open, of a drive that is, held until the transaction ends, for whoever works at its union. Raises
    NotForYou, and Refusal where it is done or need not be done any more."""
    piece = Piece.objects.select_for_update().filter(pk=piece_id).first()
    if piece is None:
        raise NotForYou("no_such_piece", _("There is nothing of the kind on a roster of yours."))
    actor = access.require(actor, opening.WORK, piece.union_id)
    drive = Drive.objects.select_related("version").get(pk=piece.drive_id)
    opening.running(drive)
    thing = versions.of(drive).things[piece.thing]
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
            gone = [row[0] for row in rows if row[6]]
            cursor.execute(
                "UPDATE campaigns_piece SET case_id = NULL, source = '' WHERE id = ANY (%s)", [gone]
            )
            by_thing: dict[tuple[int, str], list[tuple[int, UUID | None, int, int]]] = {}
            for piece, person, union, county, drive, thing, was_thrown in rows:
                if not was_thrown:
                    by_thing.setdefault((drive, thing), []).append((piece, person, union, county))
            for (drive_id, code), some in by_thing.items():
                drive = Drive.objects.select_related("version").get(pk=drive_id)
                done_many(drive, versions.of(drive).things[code], some, at=at)
                many += len(some)


def follow_goods(*, at: datetime) -> int:
    """Whoever stands on the roster of an issue of goods (`assets`) that names the drive as what it was for has got
    them, with the fact; how many. The issue is the proof, and is signed there. One handing out counts once,
    for the drive that was made first where several have the title; what came back before does not count."""
    many = 0
    for drive in Drive.objects.filter(state=Drive.State.OPEN).select_related("version").order_by("pk"):
        for thing in versions.of(drive).each:
            while thing.gives == "goods" and (some := _handed(drive, thing, at)):
                many += some
    return many


def _handed(drive: Drive, thing: Thing, at: datetime) -> int:
    with whole() as cursor:
        asked: dict[str, Any] = {
            "drive": drive.pk, "thing": thing.code, "title": drive.title, "since": drive.opens_on,
            "category": thing.category, "most": AT_ONCE,
        }  # fmt: skip
        cursor.execute(_HANDED, asked)
        first: dict[tuple[UUID, int], tuple[int, UUID, int, int, int]] = {}
        for row in cursor.fetchall():
            first.setdefault((row[1], row[4]), row)
        rows = list(first.values())
        sources = [f"issue:{issue}" for *_piece, issue in rows]
        cursor.execute(_FROM, [[row[0] for row in rows], sources])
        if rows:
            done_many(drive, thing, [row[:4] for row in rows], at=at)
    return len(rows)


def order_money(*, actor: Actor, at: datetime, drive_id: int, code: str) -> int:
    """Have the drive's union pay the next of those who wait for it, each once; how many were ordered. Others
    release the payments. Whoever the union does not see any more waits, and says so. Raises Refusal beyond the drive's
    budget, or that of the books: then nothing is ordered."""
    drive = opening.locked(drive_id)
    opening.running(drive)
    campaign = versions.of(drive)
    thing = campaign.things.get(code)
    actor = access.require(actor, opening.OPEN, drive.union_id)
    if thing is None or thing.gives != "money" or campaign.budget is None:
        raise NotForYou("no_such_piece", _("There is nothing of the kind on a roster of yours."))
    union = Union.objects.get(pk=drive.union_id)
    waiting = Piece.objects.filter(
        drive_id=drive.pk, thing=code, state=Piece.State.OPEN, person_id__isnull=False
    )
    seen = Exists(Person.objects.filter(pk=OuterRef("person_id")).exclude(name=""))
    waiting.filter(~seen, source="").update(source=Piece.UNSEEN)
    rows = list(waiting.filter(seen).select_for_update(of=("self",)).order_by("pk")[:AT_ONCE])
    if not rows:
        return 0
    amount = int(parameters.value(thing.amount, division=union.division, day=days.business_day(at)))
    called = dict(Person.objects.filter(pk__in=[row.person_id for row in rows]).values_list("pk", "name"))
    spent = Spent(campaign.budget.fund, campaign.budget.spent_on, drive.title)
    with promises.kept():
        drive.spent += amount * len(rows)
        drive.save(update_fields=["spent"])
        for block, some in _blocks(rows).items():
            dues = [
                Due(row.pk % BLOCK + 1, row.person_id, called[row.person_id], amount)
                for row in some
                if row.person_id
            ]
            source = Source(SOURCE, f"{drive.pk}.{block}", code)
            rosters.ordered(actor=actor, at=at, union=union, source=source, dues=dues, spent=spent)
            _paid(some, drive, actor, at, source=f"payment:{drive.pk}.{block}", amount=amount)
        opening.told(actor, at, "campaign.money", drive, people=len(rows), fen=amount * len(rows))
    return len(rows)


def done_many(
    drive: Drive, thing: Thing, rows: Sequence[tuple[int, UUID | None, int, int]], *, at: datetime
) -> None:
    """These pieces (id, person, union, county) are done, with a fact each, in the running transaction of `bulk`."""
    with connections["bulk"].cursor() as cursor:
        cursor.execute(
            _DONE, [at, days.business_day(at), [piece for piece, _person, _union, _county in rows]]
        )
    facts.record_many(
        NewFact(
            kind=REACHED, union_id=union, county_id=county, day=days.business_day(at), record="piece",
            record_id=piece, person_id=person,
            dimensions={"campaign": drive.code, "drive": str(drive.pk), "thing": thing.code},
        )
        for piece, person, union, county in rows
    )  # fmt: skip


def _blocks(rows: Sequence[Piece]) -> dict[int, list[Piece]]:
    found: dict[int, list[Piece]] = {}
    for row in rows:
        found.setdefault(row.pk // BLOCK, []).append(row)
    return found


def _paid(
    rows: Sequence[Piece], drive: Drive, actor: Actor, at: datetime, *, source: str, amount: int
) -> None:
    """The money (fen) of all of these was ordered, with a fact each."""
    today = days.business_day(at)
    Piece.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=Piece.State.DONE, done_at=at, done_by=actor.user_id, source=source, amount=amount,
        late=Either(When(due_on__lt=today, then=Value(True)), default=Value(False)),
    )  # fmt: skip
    for row in rows:
        row.amount = amount
    facts.record([_fact(row, drive, today) for row in rows])


def _fact(piece: Piece, drive: Drive, today: date) -> NewFact:
    return NewFact(
        kind=REACHED, union_id=piece.union_id, county_id=piece.county_id, day=today, amount=piece.amount,
        person_id=piece.person_id, record="piece", record_id=piece.pk,
        dimensions={"campaign": drive.code, "drive": str(drive.pk), "thing": piece.thing},
    )  # fmt: skip


def _done(piece: Piece, drive: Drive, actor: Actor, at: datetime) -> None:
    """It is done, with its fact."""
    today = days.business_day(at)
    piece.state, piece.done_at, piece.done_by = Piece.State.DONE, at, actor.user_id
    piece.late = piece.due_on is not None and today > piece.due_on
    piece.save(update_fields=["state", "done_at", "done_by", "late", "note", "source", "amount"])
    facts.record([_fact(piece, drive, today)])
