"""The accounts programs post on, by what they are for: found, or opened where they are not there yet."""

from collections.abc import Sequence
from datetime import date, datetime

import numpy as np
from django.db import connections
from django.utils.translation import gettext_lazy as _
from numpy.typing import NDArray

from zhijia.catalogue import definitions
from zhijia.catalogue.ledger_kinds import Chart, ChartAccount
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.ledger.models import Account, Book
from zhijia.ledger.services import posting, told
from zhijia.registry import access
from zhijia.registry.models import Union

_OPEN_MANY = """
INSERT INTO ledger_account
  (union_id, county_id, chart, code, fund, title, partner_id, sign, guarded, spends, opened_on, balance)
SELECT book.union_id, book.county_id, %(chart)s, %(code)s, %(fund)s, '', nullif(wanted.partner_id, 0), %(sign)s,
  %(guarded)s, %(spends)s, greatest(book.opened_on, %(since)s::date), 0
FROM (SELECT DISTINCT * FROM unnest(%(unions)s::int[], %(partners)s::int[]) AS w (union_id, partner_id)) AS wanted
JOIN ledger_book book ON book.union_id = wanted.union_id
ON CONFLICT ON CONSTRAINT account_once_per_fund DO NOTHING"""
_FIND_MANY = """
SELECT coalesce(account.id, 0)
FROM unnest(%(unions)s::int[], %(partners)s::int[]) WITH ORDINALITY AS wanted (union_id, partner_id, place)
LEFT JOIN ledger_account account ON account.union_id = wanted.union_id AND account.chart = %(chart)s
  AND account.code = %(code)s AND account.fund = %(fund)s AND account.title = ''
  AND account.partner_id IS NOT DISTINCT FROM nullif(wanted.partner_id, 0)
ORDER BY wanted.place"""


def chart_on(day: date) -> Chart:
    """The chart of accounts in force on a day. Raises Refusal where none is."""
    for chart in definitions.load().charts.values():
        if chart.in_force(day):
            return chart
    raise Refusal("no_chart", _("There is no chart of accounts for that day."))


def code_for(role: str, chart: Chart) -> str:
    """The code of the account that is for this (`AccountRole`). Raises Refusal where the chart has none."""
    try:
        return chart.role(role)
    except LookupError:
        raise Refusal(
            "no_such_account",
            _("The chart of accounts in force has no account for this: %(role)s.") % {"role": role},
        ) from None


def mirrored(code: str, chart: Chart) -> str | None:
    """The code of the account on which the partner says the same (`eliminates`); none for what has no other side."""
    for pair in chart.eliminates:
        debit, credit = chart.role(pair.debit), chart.role(pair.credit)
        if code in {debit, credit}:
            return credit if code == debit else debit
    return None


def for_role(
    *,
    actor: Actor,
    at: datetime,
    union: Union,
    role: str,
    fund: str,
    day: date,
    partner: Union | None = None,
) -> Account:
    """The union's account for this by the chart in force on the day, in a fund, towards a partner; for whoever may post
    there. Raises Refusal where the union keeps no books."""
    actor = access.require(actor, posting.POST, union.pk)
    chart = chart_on(day)
    return made(
        actor=actor,
        at=at,
        union=union,
        chart=chart,
        code=code_for(role, chart),
        fund=fund,
        partner_id=partner.pk if partner else None,
    )


def made(
    *,
    actor: Actor,
    at: datetime,
    union: Union,
    chart: Chart,
    code: str,
    fund: str,
    title: str = "",
    partner_id: int | None = None,
) -> Account:
    """The account, opened where it is not there, since the books and the chart are. Whoever calls it has asked for the
    right. Raises Refusal for a code or a fund nobody defined, and for a union without books."""
    book = Book.objects.filter(pk=union.pk).first()
    if book is None:
        raise Refusal("no_books", _("This union keeps no books here yet. Open them first."))
    rule = _rule(chart, code)
    if fund not in definitions.load().funds:
        raise Refusal("no_such_fund", _("There is no such fund."))
    account, new = Account.objects.get_or_create(
        union_id=union.pk,
        chart=chart.code,
        code=code,
        fund=fund,
        title=title.strip(),
        partner_id=partner_id,
        defaults={
            "county_id": union.stands_in,
            "sign": rule.sign,
            "guarded": rule.guarded,
            "spends": rule.element == "expenditure",
            "opened_on": max(chart.since, book.opened_on),
        },
    )
    if new:
        told.of_book(actor, at, "ledger.open_account", union, {"account": code, "fund": fund})
    return account


def for_many(
    *,
    unions: NDArray[np.int64] | Sequence[int],
    role: str,
    fund: str,
    day: date,
    partners: NDArray[np.int64] | Sequence[int] | None = None,
) -> NDArray[np.int64]:
    """The accounts of many unions for this, in their order, towards the partner beside each: 0 where a union keeps no
    books. Opens what is missing, in the running transaction of `bulk`, in two statements; whoever calls it has asked
    for the right and puts the run on the trail."""
    chart = chart_on(day)
    return with_code(
        unions=unions, code=code_for(role, chart), fund=fund, day=day, partners=partners, chart=chart
    )


def with_code(
    *,
    unions: NDArray[np.int64] | Sequence[int],
    code: str,
    fund: str,
    day: date,
    partners: NDArray[np.int64] | Sequence[int] | None = None,
    chart: Chart | None = None,
) -> NDArray[np.int64]:
    """The same by a code of the chart in force on the day."""
    chart = chart or chart_on(day)
    rule = _rule(chart, code)
    if fund not in definitions.load().funds:
        raise Refusal("no_such_fund", _("There is no such fund."))
    values = {
        "unions": np.asarray(unions).tolist(),
        "partners": np.asarray(partners).tolist() if partners is not None else [0] * len(unions),
        "chart": chart.code,
        "code": rule.code,
        "fund": fund,
        "sign": rule.sign,
        "guarded": rule.guarded,
        "spends": rule.element == "expenditure",
        "since": chart.since,
    }
    with connections["bulk"].cursor() as cursor:
        cursor.execute(_OPEN_MANY, values)
        cursor.execute(_FIND_MANY, values)
        return np.array([row[0] for row in cursor.fetchall()], np.int64)


def _rule(chart: Chart, code: str) -> ChartAccount:
    try:
        return chart.account(code)
    except LookupError:
        raise Refusal("no_such_account", _("There is no such account in the chart in force.")) from None
