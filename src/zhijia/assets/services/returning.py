"""Goods that were handed out by mistake come back: nothing is changed, a return stands against the issue. The goods are
in their lot again, their worth in the books, and what members may be given this year is as it was before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from zhijia.assets import rules
from zhijia.assets.models import Handed, Issue, Return
from zhijia.assets.services import asked_for, booking, goods, promises, told
from zhijia.assets.services.cards import MANAGE
from zhijia.facts import services as facts
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.ledger.services.posting import Source
from zhijia.ledger.services.spending import goods as spending
from zhijia.registry import access
from zhijia.registry.models import Union

RETURN = "goods_return"


@dataclass(frozen=True, slots=True)
class Back:
    """On which day goods came back and why; of a roster those of these lines (their numbers)."""

    day: date
    reason: str
    lines: Sequence[int] = ()


def take_back(*, actor: Actor, at: datetime, issue_id: int, once: UUID, back: Back) -> Return:
    """What was handed out by mistake is in stock again, with its entry; caps count it back. The same key again answers
    the return that stands. Raises Refusal for a line that came back already, whoever asks at once."""
    gone = Issue.objects.filter(pk=issue_id).select_related("lot").first()
    if gone is None:
        raise NotForYou("no_such_issue", _("No such goods were handed out at your union."))
    actor = access.require(actor, MANAGE, gone.union_id)
    stands = Return.objects.filter(once=once, union_id=gone.union_id).first()
    if stands is not None:
        return stands
    _fits(at, gone, back)
    union = Union.objects.get(pk=gone.union_id)
    with promises.kept():
        made = Return(
            once=once, issue=gone, day=back.day, reason=back.reason.strip(), lines=list(back.lines),
            user_id=actor.user_id or 0, union_id=union.pk, county_id=union.stands_in,
        )  # fmt: skip
        made.save(force_insert=True)
        made.refresh_from_db(fields=["quantity", "worth", "lines"])
        source = Source(RETURN, str(made.pk))
        gave = _gave(gone, made)
        spending.count_back(
            union=union, back=spending.Back(Source(goods.ISSUE, str(gone.pk)), source, back.day, gave)
        )
        if made.worth:
            booking.put_back(
                actor=actor, at=at, union=union, day=back.day, source=source, fund=gone.lot.fund,
                fen=made.worth, note=gone.lot.name,
            )  # fmt: skip
        asked_for.comes_back(actor=actor, at=at, back=made)
        told.of_lot(actor, at, "goods.take_back", gone.lot, made.reason)
        facts.record(
            [goods.fact("goods.returned", gone.lot, back.day, "return", made.pk, made.quantity, made.worth)]
        )
    return made


def lines_back(issue: Issue) -> set[int]:
    """The numbers of the lines of its roster that came back."""
    return {line for lines in issue.returns.values_list("lines", flat=True) for line in lines}


def _fits(at: datetime, gone: Issue, back: Back) -> None:
    if not back.reason.strip():
        raise Refusal("reason_missing", _("Say why, so that the auditor can understand."))
    if not gone.day <= back.day <= days.business_day(at):
        raise Refusal(
            "day_does_not_fit", _("Goods come back on the day they went out or later, up to today.")
        )


def _gave(gone: Issue, made: Return) -> list[tuple[UUID, int]]:
    """Who gave back how much (fen): their part of the issue."""
    roster = list(Handed.objects.filter(issue=gone).order_by("pk"))
    worth = rules.parts(gone.worth, len(roster)) if roster else []
    return [
        (line.person_id, fen) for line, fen in zip(roster, worth, strict=True) if line.pk in set(made.lines)
    ]
