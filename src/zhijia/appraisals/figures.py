"""The figures this house tells of unions, employers and rows: what fills in an item of an appraisal. Each is the port
`appraisals.figure.<name>`; a room above registers its own the same way. A number is what whoever looks may see: row
policies hold."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from fractions import Fraction

from django.db.models import Count, Q, QuerySet, Sum

from zhijia.appraisals.rules.scoring import half_up
from zhijia.catalogue import definitions, ports
from zhijia.catalogue.figures import PORT, Asked, Told
from zhijia.catalogue.questionnaire_rules import Questionnaire
from zhijia.facts.models import Fact
from zhijia.kernel import days
from zhijia.ledger.models import Book
from zhijia.questionnaires import versions as questionnaires
from zhijia.questionnaires.models import Rating
from zhijia.registers.models import List, Row
from zhijia.registry import tree
from zhijia.registry.models import Union

FEN = 100
A_DAY = timedelta(days=1)
SCALE = 100
"""A figure of ratings is of a hundred, whatever scale was asked."""


@dataclass(frozen=True, slots=True)
class Asks:
    """What a figure is asked with: what it needs, what it may be given besides."""

    needs: frozenset[str] = frozenset()
    may: frozenset[str] = frozenset()
    dimensions: bool = False

    def fits(self, given: Mapping[str, str]) -> bool:
        """Whether a definition asks with this."""
        more = given.keys() - self.needs - self.may
        if self.dimensions:
            kind = definitions.load().facts.get(given.get("kind", ""))
            return kind is not None and more <= kind.dimension_codes
        return self.needs <= given.keys() and not more


@dataclass(frozen=True, slots=True)
class _Under:
    """A union with those under it, and how it is filtered by."""

    union: Union
    which: dict[str, object] = field(default_factory=dict)

    @classmethod
    def of(cls, union_id: int) -> "_Under":
        union = Union.objects.get(pk=union_id)
        if union.county_ids:
            return cls(union, {"county_id__in": union.county_ids})
        return cls(union, {"union_id__in": list(tree.under(union_id).values_list("pk", flat=True))})


def rows_of_a_list(asked: Asked) -> Told | None:
    """Rows of a list about the subject: those in force on the last day of the period, or with `when: period` those that
    were added in it. Of a union, the rows it keeps or that stand at it and under it."""
    return Told(rows_counted(asked).count(), f"/lists/{asked.given['list']}/")


def rows_counted(asked: Asked) -> QuerySet[Row]:
    """The rows such a figure counts."""
    rows = Row.objects.filter(register_id__in=List.objects.filter(code=asked.given["list"]).values("pk"))
    if asked.kind == "employer":
        rows = rows.filter(employer_id=int(asked.target))
    elif asked.kind == "union":
        here = _Under.of(asked.union_id).which
        beside = {f"other_{name}": value for name, value in here.items()}
        rows = rows.filter(Q(**here) | Q(**beside))
    else:
        rows = rows.filter(pk=asked.target)
    if "state" in asked.given:
        rows = rows.filter(state=asked.given["state"])
    if asked.given.get("when") == "period":
        return rows.filter(made_at__gte=_begins(asked.since), made_at__lt=_begins(asked.until + A_DAY))
    return rows.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=asked.until))


def facts_counted(asked: Asked) -> Told | None:
    """Facts of a kind in the period at the union and under it, cut by the dimensions given."""
    found = facts_of(asked)
    return None if found is None else Told(int(found.aggregate(n=Sum("quantity"))["n"] or 0), _opens(asked))


def facts_added_up(asked: Asked) -> Told | None:
    """The money of such facts, in whole yuan."""
    found = facts_of(asked)
    return (
        None if found is None else Told(int(found.aggregate(n=Sum("amount"))["n"] or 0) // FEN, _opens(asked))
    )


def closed_months(asked: Asked) -> Told | None:
    """Months of the period whose books are closed; none where the union keeps no books."""
    book = Book.objects.filter(union_id=asked.union_id).first()
    if asked.kind != "union" or book is None:
        return None
    first, last = asked.since, asked.until
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    ends = [_month_end(first, number) for number in range(months)]
    closed = sum(end <= book.closed_through for end in ends) if book.closed_through else 0
    code = Union.objects.values_list("code", flat=True).get(pk=asked.union_id)
    return Told(closed, f"/ledger/{code}/")


def ratings(asked: Asked) -> Told | None:
    """The mean of what members marked in the period at the union and under it, of a hundred; none where nobody did."""
    if asked.kind != "union":
        return None
    found = Rating.objects.filter(
        answered_at__gte=_begins(asked.since),
        answered_at__lt=_begins(asked.until + A_DAY),
        **_Under.of(asked.union_id).which,
    )
    if "questionnaire" in asked.given:
        found = found.filter(code=asked.given["questionnaire"])
    known = questionnaires.all_in_force(day=asked.until)
    marks, many = Fraction(0), 0
    for code, total, number in found.values_list("code").annotate(Sum("mark"), Count("mark")):
        if code in known:
            marks, many = marks + Fraction(total * SCALE, _best(known[code])), many + number
    return Told(half_up(marks / many), "/work/polls/") if many else None


def findings(asked: Asked) -> Told | None:
    """What audits reported in the period found at the union; none where none was reported."""
    return _audited(asked, "findings")


def open_findings(asked: Asked) -> Told | None:
    """Of those, the ones that are past their day and not put right."""
    return _audited(asked, "overdue")


TOLD: Mapping[str, Callable[[Asked], Told | None]] = {
    "registers.rows": rows_of_a_list,
    "facts.count": facts_counted,
    "facts.sum": facts_added_up,
    "ledger.closed_months": closed_months,
    "questionnaires.rating": ratings,
    "auditing.findings": findings,
    "auditing.open_findings": open_findings,
}
_KIND = frozenset({"kind"})
ASKS: Mapping[str, Asks] = {
    "registers.rows": Asks(frozenset({"list"}), frozenset({"state", "when"})),
    "facts.count": Asks(_KIND, dimensions=True),
    "facts.sum": Asks(_KIND, dimensions=True),
    "ledger.closed_months": Asks(),
    "questionnaires.rating": Asks(may=frozenset({"questionnaire"})),
    "auditing.findings": Asks(),
    "auditing.open_findings": Asks(),
}


def register() -> None:
    """Answer whoever fills in an item."""
    for name, told in TOLD.items():
        ports.register(f"{PORT}.{name}", told)


def facts_of(asked: Asked) -> QuerySet[Fact] | None:
    """The facts such a figure sums up; none where it is not about a union."""
    if asked.kind != "union":
        return None
    cut = {f"dimensions__{name}": value for name, value in asked.given.items() if name != "kind"}
    return Fact.objects.filter(
        kind=asked.given["kind"],
        day__gte=asked.since,
        day__lte=asked.until,
        **cut,
        **_Under.of(asked.union_id).which,
    )


def _opens(asked: Asked) -> str:
    code = Union.objects.values_list("code", flat=True).get(pk=asked.union_id)
    return f"/unions/{code}/"


def _audited(asked: Asked, what: str) -> Told | None:
    if asked.kind != "union" or not ports.answered("auditing.results"):
        return None
    said = ports.call(
        "auditing.results", [asked.union_id], since=asked.since, until=asked.until, today=asked.until
    )[asked.union_id]
    return Told(getattr(said, what), "/audits/own/") if said.audits else None


def _best(asked: Questionnaire) -> int:
    """The highest mark of the question this questionnaire rates by."""
    assert asked.rated is not None
    return asked.by_name[asked.rated.by].scale[-1]


def _begins(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=days.SHANGHAI)


def _month_end(first: date, number: int) -> date:
    """The last day of the month so many after the first one's."""
    month = first.month + number
    year, month = first.year + month // 12, month % 12 + 1
    return date.fromordinal(date(year, month, 1).toordinal() - 1)
