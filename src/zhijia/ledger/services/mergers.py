"""Handing the books of a union over to the one that takes it over: every balance, fund by fund, as two entries that
share what they are for, as a transfer does (AUD-03). Income and expenditure of the year go over as net assets."""

from collections import Counter
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from zhijia.catalogue import definitions, ports
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.ledger.models import Account, Entry
from zhijia.ledger.rules import CARRY_OVER, IN, OUT, Line
from zhijia.ledger.services import accounts, books, posting
from zhijia.ledger.services.posting import Source
from zhijia.registry import access
from zhijia.registry.models import Union

MERGER = "ledger_merger"
UNDER_WAY = "ledger.under_way"
"""The family of ports by which rooms say how many payments of a union are not over: they are waited for."""
GOES_ALONG = "ledger.goes_along"
"""The family of ports (union, into) by which rooms have what they still do with a union's money go along with its
books. What they lock they lock before books."""


def hand_over(
    *, actor: Actor, at: datetime, union: Union, into: Union, day: date
) -> tuple[int, int | None] | None:
    """Bring every account of the union to nothing and its sum into the other union's books; the numbers of both
    entries, None where there is nothing left (of the second where all of it adds up to nothing once the year's income
    and expenditure are net assets). For whoever may post at both. Raises Refusal while one owes the other
    something or a payment is not over, and where something was posted on a later day."""
    actor = access.require(actor, posting.POST, union.pk)
    access.require(actor, posting.POST, into.pk)
    if union.pk == into.pk:
        raise Refusal("same_union", _("A union does not take itself over."))
    with transaction.atomic():
        ports.call_all(GOES_ALONG, union=union, into=into)
        return _handed_over(actor, at, union, into, day)


def _handed_over(
    actor: Actor, at: datetime, union: Union, into: Union, day: date
) -> tuple[int, int | None] | None:
    """The entries, with the books of both held."""
    for one in sorted((union, into), key=lambda one: one.pk):
        books.held(one)
    if sum(ports.call_all(UNDER_WAY, union=union)):
        raise Refusal(
            "money_under_way",
            _(
                "Payments of this union wait, are on their way to the bank, or are not in the books yet. Pay or stop"
                " what waits; then hand the books over."
            ),
        )
    if Entry.objects.filter(union_id=union.pk, day__gt=day).exists():
        raise Refusal(
            "day_does_not_fit", _("Something was posted on a later day. Choose that day or a later one.")
        )
    left = list(Account.objects.filter(union_id=union.pk).exclude(balance=0).order_by("pk"))
    if any(account.partner_id == into.pk for account in left):
        raise Refusal("settle_first", _("One of the two owes the other something. Settle that first."))
    if not left:
        return None
    turn = Entry.objects.filter(union_id=union.pk, source=MERGER, purpose=f"{OUT}{into.pk}").count()
    source = f"{union.pk}-{into.pk}-{turn}"
    gone = [Line(account.pk, -account.balance) for account in left]
    come = _received(actor, at, into, left)
    note = str(_("Books handed over: %(name)s") % {"name": union.name})
    out = posting.post(
        actor=actor, at=at, union=union, day=day, kind=CARRY_OVER,
        source=Source(MERGER, source, f"{OUT}{into.pk}"), lines=gone, note=note,
    )  # fmt: skip
    if not come:
        return out, None
    received = posting.post(
        actor=actor, at=at, union=into, day=day, kind=MERGER, source=Source(MERGER, source, f"{IN}{union.pk}"),
        lines=come, note=note,
    )  # fmt: skip
    return out, received


def _received(actor: Actor, at: datetime, into: Union, left: list[Account]) -> list[Line]:
    """The same balances on the other union's accounts: temporary ones on what they are carried to."""
    charts = definitions.load().charts
    sums: Counter[int] = Counter()
    for account in left:
        chart = charts[account.chart]
        carried = chart.account(account.code).carries_to
        partner_id = None if carried else account.partner_id
        there = accounts.made(
            actor=actor, at=at, union=into, chart=chart, code=carried or account.code, fund=account.fund,
            title="" if carried else account.title, partner_id=partner_id,
        )  # fmt: skip
        sums[there.pk] += account.balance
    return [Line(number, fen) for number, fen in sums.items() if fen]
