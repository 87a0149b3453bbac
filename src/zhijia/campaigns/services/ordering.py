"""The money of a drive: ordered once for each on its roster, within its budget; two others release the payments. People
are paid themselves. For a union on the roster the union is paid, for an employer the union that covers it, for a row of
a list that names no person the union it names (a team's)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case as Either
from django.db.models import DateField, F, Func, IntegerField, OuterRef, QuerySet, Subquery, Value, When
from django.utils.translation import gettext_lazy as _

from zhijia.campaigns import versions
from zhijia.campaigns.models import Drive, Piece
from zhijia.campaigns.services import giving, opening, promises
from zhijia.catalogue.campaign_rules import Campaign, Thing
from zhijia.facts import services as facts
from zhijia.kernel import days, rows
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou
from zhijia.ledger.services import accounts
from zhijia.ledger.services.posting import Source
from zhijia.payments.services import rosters
from zhijia.payments.services.rosters import Due, Spent
from zhijia.registry import access
from zhijia.registry.models import Person, Union

BLOCK = 30_000
"""Numbers of one source of payments: an instalment is a small number (`campaigns_paid_piece` reads it again)."""
PAYMENT = "payment:"
_DEAD = "SELECT * FROM campaigns_dead(%s::bigint[])"


@dataclass(frozen=True, slots=True)
class Owed:
    """A piece whose money is ordered: to whom, and how much (fen)."""

    piece: Piece
    name: str
    partner_id: int | None
    amount: int

    @property
    def due(self) -> Due:
        """As a line of its list of payments."""
        return Due(self.piece.pk % BLOCK + 1, self.piece.person_id, self.name, self.amount, self.partner_id)

    @property
    def on_list(self) -> str:
        """The list it is a line of, which the database reads again (`campaigns_paid_piece`). What was stopped before
        stands on another."""
        turn = f".{self.piece.turn}" if self.piece.turn else ""
        return f"{self.piece.drive_id}.{self.piece.pk // BLOCK}{turn}"


def order_money(*, actor: Actor, at: datetime, drive_id: int, code: str) -> int:
    """Have the drive's union pay the next of those who wait for it, each once; how many were ordered. Others
    release the payments. Whom the union does not see any more, and for whom no union can be paid, waits and says so.
    Raises Refusal beyond the drive's budget, or that of the books: then nothing is ordered."""
    drive = opening.locked(drive_id)
    opening.running(drive)
    campaign = versions.of(drive)
    thing = campaign.things.get(code)
    actor = access.require(actor, opening.OPEN, drive.union_id)
    if thing is None or thing.gives != "money" or campaign.budget is None:
        raise NotForYou("no_such_piece", _("There is nothing of the kind on a roster of yours."))
    union = Union.objects.get(pk=drive.union_id)
    owed = _owed(drive, campaign, thing, union, at)
    if not owed:
        return 0
    whole, lists = sum(one.amount for one in owed), dict[str, list[Owed]]()
    for one in owed:
        lists.setdefault(one.on_list, []).append(one)
    with promises.kept():
        drive.spent += whole
        drive.save(update_fields=["spent"])
        for on_list, some in lists.items():
            _ordered(some, drive, actor, at, source=f"{PAYMENT}{on_list}")
            rosters.ordered(
                actor=actor, at=at, union=union, source=Source(giving.SOURCE, on_list, code),
                dues=[one.due for one in some],
                spent=Spent(campaign.budget.fund, campaign.budget.spent_on, drive.title),
            )  # fmt: skip
        opening.told(actor, at, "campaign.money", drive, people=len(owed), fen=whole)
    return len(owed)


def again(*, actor: Actor, at: datetime, piece_id: int) -> Piece:
    """What somebody stopped is ordered again, with the next of those who wait: for whoever opens drives at the union
    that pays."""
    found = Piece.objects.filter(pk=piece_id).first()
    if found is None:
        raise NotForYou("no_such_piece", _("There is nothing of the kind on a roster of yours."))
    drive = opening.running(opening.locked(found.drive_id))
    actor = access.require(actor, opening.OPEN, drive.union_id)
    if Piece.objects.filter(pk=piece_id, state=Piece.State.OPEN, source=Piece.STOPPED).update(source=""):
        opening.told(actor, at, "campaign.money_again", drive, piece=piece_id)
    found.refresh_from_db()
    return found


def _owed(drive: Drive, campaign: Campaign, thing: Thing, union: Union, at: datetime) -> list[Owed]:
    """The next who wait for it and can be paid, held; the rest is marked with why it waits."""
    waiting = Piece.objects.filter(drive_id=drive.pk, thing=thing.code, state=Piece.State.OPEN)
    _revive(waiting.filter(source=Piece.DIED))
    waiting = waiting.exclude(source__in=[Piece.DIED, Piece.STOPPED])
    if thing.of_pot:
        waiting = waiting.filter(entry__share__gt=0)
    amount = drive.sums.get(thing.code, 0)
    people = waiting.filter(person_id__isnull=False)
    seen = Person.objects.filter(pk=OuterRef("person_id")).exclude(name="")
    paid = _alive(people.annotate(called=Subquery(seen.values("name")[:1])))
    found = [Owed(piece, piece.called, None, amount) for piece in paid]
    unions = waiting.filter(person_id__isnull=True)
    if not _has_another_side(campaign, at):
        unions.filter(source="").update(source=Piece.NO_UNION)
    elif len(found) < giving.AT_ONCE:
        for piece in _next(_partners(unions, drive, at), Piece.NO_UNION):
            share = piece.entry.share or 0 if thing.of_pot else amount
            found.append(Owed(piece, piece.called, piece.partner, share))
    return found


def _alive(waiting: QuerySet[Piece]) -> list[Any]:
    """The next of these people who can be paid; those who have died are marked."""
    while some := _next(waiting, Piece.UNSEEN):
        dead = _dead([one.pk for one in some])
        Piece.objects.filter(pk__in=dead).update(source=Piece.DIED)
        if alive := [one for one in some if one.pk not in dead]:
            return alive
    return []


def _revive(marked: QuerySet[Piece]) -> None:
    """Whose death was written down by mistake waits like the others again."""
    pieces = list(marked.values_list("pk", flat=True))
    Piece.objects.filter(pk__in=set(pieces) - _dead(pieces)).update(source="")


def _dead(pieces: list[int]) -> set[int]:
    return {piece for (piece,) in rows.run(_DEAD, [pieces])}


def _has_another_side(campaign: Campaign, at: datetime) -> bool:
    """Whether what the money is spent on stands in a receiving union's books, too: else it is for people alone."""
    chart = accounts.chart_on(days.business_day(at))
    spent_on = campaign.budget.spent_on if campaign.budget else ""
    code = spent_on if spent_on.isdigit() else accounts.code_for(spent_on, chart)
    return accounts.mirrored(code, chart) is not None


def _partners(waiting: QuerySet[Piece], drive: Drive, at: datetime) -> QuerySet[Piece]:
    """With the union to be paid for each (`partner`) and its name (`called`); none where none stands, and where it is
    the one that pays."""
    today = Value(days.business_day(at), output_field=DateField())
    to = Func(F("entry_id"), today, function="campaigns_paid_union", output_field=IntegerField())
    payable = Union.objects.filter(pk=OuterRef("partner"), dissolved_on__isnull=True).exclude(
        pk=drive.union_id
    )
    return waiting.annotate(partner=to).annotate(called=Subquery(payable.values("name")[:1]))


def _next(waiting: QuerySet[Any], why: str) -> list[Any]:
    """The first of these who are called something, held; whoever is not waits, and says why."""
    lost = waiting.filter(called__isnull=True, source="").values("pk")
    Piece.objects.filter(pk__in=lost).update(source=why)
    found = waiting.filter(called__isnull=False).select_related("entry").select_for_update(of=("self",))
    return list(found.order_by("pk")[: giving.AT_ONCE])


def _ordered(some: list[Owed], drive: Drive, actor: Actor, at: datetime, *, source: str) -> None:
    """The money of all of these was ordered, with a fact each."""
    today = days.business_day(at)
    by_amount: dict[int, list[int]] = {}
    for one in some:
        one.piece.amount = one.amount
        by_amount.setdefault(one.amount, []).append(one.piece.pk)
    late = Either(When(due_on__lt=today, then=Value(True)), default=Value(False))
    for amount, pieces in by_amount.items():
        Piece.objects.filter(pk__in=pieces).update(
            state=Piece.State.DONE, done_at=at, done_by=actor.user_id, source=source, amount=amount, late=late
        )
    facts.record([giving.fact(one.piece, drive, today) for one in some])
