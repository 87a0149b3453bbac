"""Donations as pages show them: at the union, by row policies; to the donor who has the code, and to everybody by year,
on `bulk` with the union and its funds of donations named, and nobody's name in it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connections
from django.db.models import Exists, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext

from zhijia.assets.models import Card, Lot
from zhijia.catalogue import parameters
from zhijia.dues import rules
from zhijia.dues.models import Donation, DonationAgreement
from zhijia.dues.rules import Cell
from zhijia.dues.services import giving, goods_given, thanking
from zhijia.ledger import flow_rules
from zhijia.ledger.flow_rules import Span
from zhijia.ledger.models import Account, Entry
from zhijia.ledger.queries.life import reading
from zhijia.ledger.rules import OUT, partner_of
from zhijia.ledger.services import accounts
from zhijia.payments.models import Receipt, Receivable
from zhijia.registry.models import Union

_MOVED = """
SELECT a.fund, entry.day, entry.id, sum(leg.amount)::bigint
FROM ledger_account a
JOIN ledger_leg leg ON leg.account_id = a.id
JOIN ledger_entry entry ON entry.id = leg.entry_id AND entry.corrects_id IS NULL
WHERE a.union_id = %(union)s AND a.fund = ANY (%(funds)s) AND a.guarded AND a.sign = 1 AND leg.day < %(after)s
  AND NOT EXISTS (SELECT FROM ledger_entry back WHERE back.corrects_id = entry.id)
GROUP BY a.fund, entry.day, entry.id HAVING sum(leg.amount) <> 0"""
_FUNDS = f"""
WITH moved (fund, day, id, net) AS ({_MOVED})
SELECT fund, coalesce(sum(net) FILTER (WHERE day < %(since)s), 0)::bigint,
  coalesce(sum(net) FILTER (WHERE day >= %(since)s AND net > 0), 0)::bigint,
  coalesce(-sum(net) FILTER (WHERE day >= %(since)s AND net < 0), 0)::bigint
FROM moved GROUP BY fund"""  # noqa: S608 - a statement of ours
_USES = """
SELECT a.fund, left(a.code, 3), count(DISTINCT entry.id), sum(leg.amount)::bigint
FROM ledger_account a
JOIN ledger_leg leg ON leg.account_id = a.id
JOIN ledger_entry entry ON entry.id = leg.entry_id AND entry.corrects_id IS NULL AND entry.kind <> 'carry_over'
WHERE a.union_id = %(union)s AND a.fund = ANY (%(funds)s) AND a.spends
  AND leg.day >= %(since)s AND leg.day < %(after)s
  AND NOT EXISTS (SELECT FROM ledger_entry back WHERE back.corrects_id = entry.id)
GROUP BY 1, 2 HAVING sum(leg.amount) > 0 ORDER BY 1, 2"""


@dataclass(frozen=True, slots=True)
class Use:
    """Some of a donation that was used: in which month (its first day), for what, how much (fen)."""

    month: date
    words: str
    fen: int


@dataclass(frozen=True, slots=True)
class Told:
    """What became of a donation: what it may be used for and what was agreed of that, what was used, what is still at
    hand, what was taken out of the books again, and what the donor was given back (fen). `cut`: its fund has moved too
    often to be read to the end, so that nothing is known of the rest. Of goods: their lot."""

    donation: Donation
    purpose: str
    agreed: Sequence[DonationAgreement]
    union: str
    fund: str
    uses: Sequence[Use]
    left: int
    back: int
    cut: bool
    given_back: int = 0
    lot: Lot | None = None

    @property
    def kept(self) -> int:
        """What came in and was not given back to the donor."""
        return self.donation.received - self.given_back


@dataclass(frozen=True, slots=True)
class Fund:
    """A fund of donations in a year (fen): what there was before, what came in, went out and is left, what it went out
    for; and what goods that were given for it in the year are worth, and how much of that was handed out."""

    label: str
    before: int
    came: int
    gone: int
    uses: Sequence[Cell]
    goods: int = 0
    goods_gone: int = 0

    @property
    def left(self) -> int:
        """What there is at the end of the year."""
        return self.before + self.came - self.gone


def of_union(union: Union, *, after: int | None = None, rows: int) -> tuple[Sequence[Donation], int | None]:
    """The donations of a union, the latest first, each with what was given back of it; where the next page begins."""
    back = Receivable.objects.filter(pk=OuterRef("receivable_id")).values("given_back")
    found = Donation.objects.filter(union_id=union.pk).annotate(given_back=Coalesce(Subquery(back), 0))
    if after is not None:
        found = found.filter(pk__lt=after)
    some = list(found.order_by("-pk")[: rows + 1])
    return some[:rows], some[rows - 1].pk if len(some) > rows else None


def answer(number: str, code: str, *, today: date) -> Told | None:
    """What became of the donation with this number, for whoever has the code of its receipt; nothing otherwise. The
    same is read and compared whether there is such a donation or not."""
    donation = Donation.objects.using("bulk").filter(number=number.strip()[:16]).first()
    fits = thanking.is_code(number.strip()[:16], code)
    return became(donation, today=today) if donation is not None and fits else None


def became(donation: Donation, *, today: date) -> Told:
    """What became of a donation, for whoever may ask: nobody's name is in it."""
    lot = goods_given.lot_of(donation, using="bulk")
    life = _life(donation, today) if lot is None else ([], 0, 0, False)
    union = Union.objects.using("bulk").get(pk=donation.union_id)
    agreements = agreed(donation, using="bulk")
    return Told(
        donation,
        giving.use_of(donation, agreements),
        agreements,
        union.name,
        giving.funds()[donation.fund],
        *life,
        giving.given_back(donation, using="bulk"),
        lot,
    )


def agreed(donation: Donation, *, using: str = "default") -> list[DonationAgreement]:
    """What was agreed with the donor after the donation was given, the first first."""
    return list(DonationAgreement.objects.using(using).filter(donation_id=donation.pk).order_by("pk"))


def disclosed(union: Union, year: int, *, today: date) -> list[Fund]:
    """What came in, went out and is left of each fund of donations of a union in a year, in the order of the funds.
    Uses of few entries stand together, so that nobody's help can be read off."""
    names = giving.funds()
    values: dict[str, Any] = {
        "union": union.pk,
        "funds": list(names),
        "since": date(year, 1, 1),
        "after": date(year + 1, 1, 1),
    }
    with connections["bulk"].cursor() as cursor:
        cursor.execute(_FUNDS, values)
        sums = {fund: (before, came, gone) for fund, before, came, gone in cursor.fetchall()}
        cursor.execute(_USES, values)
        used: dict[str, list[Cell]] = {}
        for fund, code, many, fen in cursor.fetchall():
            used.setdefault(fund, []).append(Cell(code, many, fen))
    fewest = int(parameters.value("dues.disclosed_from", day=today))
    labels = _labels(date(year, 12, 31))
    lots = Lot.objects.using("bulk").filter(
        union_id=union.pk, came=Card.Came.DONATED, fund__in=list(names), got_on__year=year
    )
    in_goods = {
        one["fund"]: (one["given"], one["given"] - one["there"])
        for one in lots.values("fund").annotate(given=Sum("cost"), there=Sum("worth")).order_by("fund")
    }
    return [
        Fund(
            names[fund],
            *sums.get(fund, (0, 0, 0)),
            [
                Cell(labels.get(cell.name, ""), cell.many, cell.fen)
                for cell in rules.few_together(used.get(fund, []), fewest)
            ],
            *in_goods.get(fund, (0, 0)),
        )
        for fund in names
        if fund in sums or fund in in_goods
    ]


def receivers(*, after: int = 0, rows: int) -> tuple[Sequence[Union], int | None]:
    """The unions that have a fund of donations, and where the next page begins."""
    kept = Account.objects.using("bulk").filter(
        union_id=OuterRef("pk"), fund__in=list(giving.funds()), guarded=True
    )
    found = list(Union.objects.using("bulk").filter(Exists(kept), pk__gt=after).order_by("pk")[: rows + 1])
    return found[:rows], found[rows - 1].pk if len(found) > rows else None


def _life(donation: Donation, today: date) -> tuple[list[Use], int, int, bool]:
    """Where the money of the donation went, first in first out in its fund; what is still at hand, what was taken out
    of the books again, and whether the fund could not be read to the end."""
    receipts = Receipt.objects.using("bulk").filter(receivable_id=donation.receivable_id or 0)
    posted = {entry: fen for entry, fen in receipts.values_list("entry_id", "amount") if entry is not None}
    fund = (donation.union_id, donation.fund)
    most = int(parameters.value("ledger.walk_entries", day=today))
    read, many = reading.queues([fund], most=most, using="bulk")
    came, gone = read[fund].came, read[fund].gone
    places = dict(zip(posted, came.places(list(posted)), strict=True))
    undone = (
        Entry.objects.using("bulk").filter(corrects_id__in=list(posted)).values_list("corrects_id", flat=True)
    )
    back = sum(posted[entry] for entry in undone if entry is not None)
    spans = flow_rules.joined(place for place in places.values() if place is not None)
    met = [piece for span in spans for piece in gone.opposite(span)]
    left = sum(flow_rules.still_there(gone, span) for span in spans)
    return (
        _uses(met, donation),
        left,
        back,
        many >= most and sum(piece.span.fen for piece in met) + back < donation.received,
    )


def _uses(met: Sequence[flow_rules.Met], donation: Donation) -> list[Use]:
    """Pieces of entries that went out, by month and what they were for."""
    entries = Entry.objects.using("bulk").in_bulk({piece.item for piece in met})
    shares = reading.shares_of({(piece.item, donation.fund) for piece in met}, using="bulk")
    names = _names(entries.values())
    found: dict[tuple[date, str], int] = {}
    for piece in met:
        entry = entries[piece.item]
        for share in shares[piece.item, donation.fund]:
            fen = _overlap(piece.span, share.span)
            if fen > 0:
                words = names.get(partner_of(entry.purpose) or 0) or _labels(entry.day).get(
                    share.leg.account.code[:3], ""
                )
                key = entry.day.replace(day=1), words
                found[key] = found.get(key, 0) + fen
    return [Use(month, words, fen) for (month, words), fen in sorted(found.items())]


def _names(entries: Iterable[Entry]) -> dict[int, str]:
    """The unions that some of it was handed on to."""
    partners = {partner_of(entry.purpose) or 0 for entry in entries if entry.purpose.startswith(OUT)}
    return dict(Union.objects.using("bulk").filter(pk__in=partners).values_list("pk", "name"))


def _overlap(one: Span, other: Span) -> int:
    return min(one.high, other.high) - max(one.low, other.low)


def _labels(day: date) -> dict[str, str]:
    """What the chart of the day calls its accounts; what was paid out on an account of income went back to a donor."""
    return {
        account.code: gettext("given back to a donor") if account.element == "income" else str(account.label)
        for account in accounts.chart_on(day).accounts
    }
