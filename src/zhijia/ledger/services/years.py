"""Ending a year: income and expenditure are carried to net assets, fund by fund (DUE-11)."""

from collections import Counter
from datetime import date, datetime

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from zhijia.catalogue.ledger_kinds import Chart
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.ledger import rules
from zhijia.ledger.models import Account, Entry
from zhijia.ledger.queries import balances
from zhijia.ledger.services import accounts, posting
from zhijia.ledger.services.posting import Source
from zhijia.registry import access
from zhijia.registry.models import Union

YEAR = "ledger_year"
_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended('ledger_year ' || %s, 0))"


def carry_over(*, actor: Actor, at: datetime, union: Union, year: int) -> list[int]:
    """Post the carry-over of the year's last day, an entry a fund; their numbers, none where nothing is left. What
    was posted into the year afterwards, or taken back, is carried by the next call. Raises Refusal before the year is
    over, and where its last day is closed."""
    last = date(year, 12, 31)
    if days.business_day(at) <= last:
        raise Refusal("year_not_over", _("A year can be carried over once it is over."))
    actor = access.require(actor, posting.POST, union.pk)
    with connection.cursor() as cursor:
        cursor.execute(_ONE_AT_A_TIME, [str(union.pk)])
    chart = accounts.chart_on(last)
    found: dict[str, list[tuple[int, int, int]]] = {}
    held = balances.all_at_end_of(last, union.pk, chart.code)
    targets: dict[tuple[str, str], int] = {}
    for account in Account.objects.filter(pk__in=[number for number, fen in held.items() if fen]).order_by(
        "code", "title", "pk"
    ):
        target = chart.account(account.code).carries_to
        if target:
            if (target, account.fund) not in targets:
                targets[target, account.fund] = _target(actor, at, union, chart, target, account.fund)
            carried = (account.pk, held[account.pk], targets[target, account.fund])
            found.setdefault(account.fund, []).append(carried)
    turns = Counter(_carried(union, year).values_list("purpose", flat=True))
    return [
        posting.post(
            actor=actor,
            at=at,
            union=union,
            day=last,
            kind=rules.CARRY_OVER,
            source=Source(YEAR, f"{union.pk}-{year}-{turns[fund]}", fund),
            lines=rules.carried(lines),
            note=str(_("Carried over from %(year)s") % {"year": year}),
        )
        for fund, lines in sorted(found.items())
    ]


def _carried(union: Union, year: int) -> QuerySet[Entry]:
    """The carry-overs of the year so far, those that were taken back too: each is a turn."""
    return Entry.objects.filter(union_id=union.pk, day=date(year, 12, 31), source=YEAR)


def _target(actor: Actor, at: datetime, union: Union, chart: Chart, code: str, fund: str) -> int:
    return accounts.made(actor=actor, at=at, union=union, chart=chart, code=code, fund=fund).pk
