"""Contributions, their bills and their shares as pages show them. Row policies hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, F, OuterRef

from zhijia.catalogue import codes
from zhijia.catalogue.split_kinds import BENEFICIARIES
from zhijia.dues import rules
from zhijia.dues.models import Bill, Contribution, Split, Waiting
from zhijia.dues.queries.received import received
from zhijia.dues.services import declaring
from zhijia.dues.services.routing import UNIONS
from zhijia.registry.models import Employer, Union

MONTHS_SHOWN = 6
_WAITS = Waiting.objects.filter(contribution_id=OuterRef("pk"))


@dataclass(frozen=True, slots=True)
class Month:
    """A month of an employer: its bill, if it is declared, and what came in for it."""

    month: int
    bill: Bill | None
    received: int

    @property
    def state(self) -> str:
        """open (to be declared), owed, part, paid."""
        if self.bill is None:
            return "open"
        if self.received >= self.bill.amount:
            return "paid"
        return "part" if self.received else "owed"


@dataclass(frozen=True, slots=True)
class Share:
    """One share of a split: whose, which part, how much (fen), and which union got it."""

    name: str
    part: str
    fen: int
    union: str


@dataclass(frozen=True, slots=True)
class Page:
    """Some contributions, and where the next page begins."""

    rows: Sequence[Contribution]
    after: int | None


def of_employers(union: Union, this_month: int) -> list[tuple[Employer, list[Month]]]:
    """The employers the union covers, with their last months that are over, the latest first."""
    until = rules.month_after(this_month, -1)
    shown = list(rules.months(rules.month_after(until, 1 - MONTHS_SHOWN), until))[::-1]
    employers = declaring.covered(union, until)
    keys = [employer.pk for employer in employers]
    bills = {
        (bill.employer_id, bill.month): bill
        for bill in Bill.objects.filter(employer_id__in=keys, month__in=shown).select_related("declaration")
    }
    came = received(keys, shown)
    return [
        (
            employer,
            [
                Month(month, bills.get((employer.pk, month)), came.get((employer.pk, month), 0))
                for month in shown
            ],
        )
        for employer in employers
    ]


def of_union(union: Union, *, only: str = "", after: int | None = None, rows: int) -> Page:
    """What came in at a union, the latest first: all, what waits, or what nobody knows the payer of."""
    found = Contribution.objects.filter(union_id=union.pk)
    if only in ("waiting", "unknown"):  # also what went along with the books of a union that was taken over
        waits = Waiting.objects.filter(union_id=union.pk).values("contribution_id")
        found = Contribution.objects.filter(pk__in=waits, given_back__lt=F("amount"))
    if only == "unknown":
        found = found.filter(other_union_id__isnull=True)
    if after is not None:
        found = found.filter(pk__lt=after)
    some = list(found.annotate(waits=Exists(_WAITS)).order_by("-pk")[: rows + 1])
    return Page(some[:rows], some[rows - 1].pk if len(some) > rows else None)


def find(number: int) -> Contribution | None:
    """A contribution one may see, with whether it waits."""
    return Contribution.objects.filter(pk=number).annotate(waits=Exists(_WAITS)).first()


def shares_of(split: Split, day: date) -> list[Share]:
    """The shares of a split that are above nothing, in their order."""
    route = split.route
    ids = {name: getattr(route, f"{name}_id") for name in UNIONS}
    names = dict(Union.objects.filter(pk__in={one for one in ids.values() if one}).values_list("pk", "name"))
    words = dict(codes.options("contribution_shares", day))
    return [
        Share(
            str(words.get(name, name)),
            f"{getattr(split.rule, name) * 100:.2f} %",
            getattr(split, name),
            names.get(ids.get(name) or 0, ""),
        )
        for name in BENEFICIARIES
        if getattr(split.rule, name)
    ]


def splits_of(contribution: Contribution) -> list[Split]:
    """Every split of a contribution, the last first."""
    return list(contribution.splits.select_related("rule", "route").order_by("-pk"))
