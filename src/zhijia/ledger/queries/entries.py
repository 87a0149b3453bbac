"""Entries and their legs as pages show them. Row policies hold."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, Sum

from zhijia.catalogue import definitions
from zhijia.ledger.models import Account, Entry, Leg
from zhijia.registry.models import Union

KEY = "."


@dataclass(frozen=True, slots=True)
class Row:
    """An entry of the list, and what it debits and credits: of one account alone where the list is (fen)."""

    entry: Entry
    debit: int
    credit: int


@dataclass(frozen=True, slots=True)
class Page:
    """Some entries, the latest first, and where the next page begins."""

    rows: Sequence[Row]
    after: str


def of_union(union_id: int, *, account_id: int | None = None, after: str = "", rows: int) -> Page:
    """The union's entries from the latest day down, of one account alone where it is named, behind the one `after`
    names. An address nobody wrote begins at the first page."""
    place = _place(after)
    if account_id is not None:
        numbers = _with_account(account_id, place, rows + 1)
        some = sorted(Entry.objects.filter(union_id=union_id, pk__in=numbers), key=_key, reverse=True)
    else:
        found = Entry.objects.filter(union_id=union_id).order_by("-day", "-id")
        if place:
            found = found.filter(day__lte=place[0]).exclude(day=place[0], id__gte=place[1])
        some = list(found[: rows + 1])
    shown = some[:rows]
    legs = Leg.objects.filter(entry_id__in=[entry.pk for entry in shown])
    if account_id is not None:
        legs = legs.filter(account_id=account_id)
    sides = {
        number: (debit or 0, -(credit or 0))
        for number, debit, credit in legs.values_list("entry_id").annotate(
            debit=Sum("amount", filter=Q(amount__gt=0)), credit=Sum("amount", filter=Q(amount__lt=0))
        )
    }
    next_page = f"{shown[-1].day}{KEY}{shown[-1].pk}" if len(some) > rows else ""
    return Page([Row(entry, *sides.get(entry.pk, (0, 0))) for entry in shown], next_page)


def _with_account(account_id: int, place: tuple[date, int] | None, rows: int) -> list[int]:
    """The next entries with a leg on the account, down its index from the latest day."""
    legs = Leg.objects.filter(account_id=account_id).order_by("-day", "-entry_id").values("day", "entry_id")
    if place:
        legs = legs.filter(day__lte=place[0]).exclude(day=place[0], entry_id__gte=place[1])
    return [leg["entry_id"] for leg in legs.distinct()[:rows]]


def _key(entry: Entry) -> tuple[date, int]:
    return entry.day, entry.pk


def legs_of(entry: Entry) -> list[Leg]:
    """The legs of an entry in their order, with their accounts."""
    return list(entry.legs.select_related("account").order_by("number"))


def accounts_of(union_id: int, day: date) -> list[Account]:
    """The accounts of a union that are open on a day, in the order of the chart; not those towards other unions, which
    transfers alone move."""
    found = Account.objects.filter(union_id=union_id, opened_on__lte=day, partner_id__isnull=True)
    still = found.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=day))
    return list(still.order_by("chart", "code", "fund", "title"))


def name_of(account: Account) -> str:
    """The account as people call it: code, words of the chart, what tells it apart."""
    return names_of([account])[account.pk]


def names_of(accounts: Iterable[Account]) -> dict[int, str]:
    """Accounts by number as people call them, with the unions they stand towards."""
    charts, every = definitions.load().charts, list(accounts)
    towards = {account.partner_id for account in every if account.partner_id is not None}
    partners = dict(Union.objects.filter(pk__in=towards).values_list("pk", "name")) if towards else {}
    return {
        account.pk: " · ".join(
            part
            for part in (
                f"{account.code} {charts[account.chart].account(account.code).label}",
                account.title,
                partners.get(account.partner_id or 0, ""),
            )
            if part
        )
        for account in every
    }


def choices_of(accounts: Iterable[Account]) -> list[tuple[int, str]]:
    """Accounts to choose from, each with its fund: two accounts at the bank are told apart by it. What is bound to no
    purpose stands first, so that whoever leaves the choice as it is takes no earmarked money."""
    funds = definitions.load().funds
    every = sorted(accounts, key=lambda one: funds[one.fund].earmarked)
    names = names_of(every)
    return [(one.pk, f"{names[one.pk]} · {funds[one.fund].label}") for one in every]


def fund_choices() -> list[tuple[str, str]]:
    """The funds to choose from: money bound to no purpose first, as with accounts."""
    funds = sorted(definitions.load().funds.values(), key=lambda one: one.earmarked)
    return [(one.code, str(one.label)) for one in funds]


def _place(after: str) -> tuple[date, int] | None:
    day, _, number = after.partition(KEY)
    try:
        return date.fromisoformat(day), int(number)
    except ValueError:
        return None
