"""What a case's roster says: how many lines, what they ask for and what of it was granted, and whom they may name."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Case as When
from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models import When as If
from django.utils.translation import gettext_lazy as _

from zhijia.catalogue import parameters
from zhijia.catalogue.matter_rules import Matter, Question
from zhijia.kernel import days
from zhijia.kernel.errors import Refusal
from zhijia.kernel.ids import new_id
from zhijia.matters.answers import Wrong
from zhijia.matters.models import Case, Line
from zhijia.registry import tree
from zhijia.registry.models import Membership, Person, Union

AS_IT_STANDS = When(If(verdict="", then=F("asked")), default=F("granted"))
"""What a line gets as it stands: what was asked, until somebody says otherwise."""
GRANTED = (Line.Verdict.GRANT, Line.Verdict.LESS)


@dataclass(frozen=True, slots=True)
class Sums:
    """A roster in numbers: lines, those refused, and in fen what was asked and what they get as they stand."""

    lines: int
    refused: int
    asked: int
    stands: int


def sums(case: Case) -> Sums:
    """The roster of this case in numbers."""
    found = case.lines.aggregate(
        count=Count("pk"),
        no=Count("pk", filter=Q(verdict="refuse")),
        sought=Sum("asked"),
        stands=Sum(AS_IT_STANDS),
    )
    return Sums(found["count"], found["no"], found["sought"] or 0, found["stands"] or 0)


def most(case: Case, roster: Question, at: datetime) -> int:
    """How many lines the roster may have."""
    division = Union.objects.values_list("division", flat=True).get(pk=case.union_id)
    return int(parameters.value(roster.most_lines, division=division, day=days.business_day(at)))


def lacking(case: Case, matter: Matter, at: datetime) -> list[Wrong]:
    """What keeps the roster from being handed in: no line, too many of them, somebody who is no member of the union any
    more, or after it was handed in once a higher sum than before."""
    roster = matter.roster
    if roster is None:
        return []
    has, limit = sums(case), most(case, roster, at)
    gone = case.lines.filter(person_id__isnull=False).exclude(person_id__in=_members(case).values("pk"))
    found = []
    if roster.required and not has.lines:
        found.append(_("Add at least one line to: %(list)s.") % {"list": roster.label})
    if has.lines > limit:
        found.append(
            _("The list has %(count)d lines; at most %(most)d fit. Ask in two requests.")
            % {
                "count": has.lines,
                "most": limit,
            }
        )
    if name := gone.order_by("number").values_list("shown_name", flat=True).first():
        found.append(_("%(name)s is no member of your union any more. Take the line away.") % {"name": name})
    if case.opened_at is not None and case.amount is not None and has.stands > case.amount:
        found.append(
            _("The list may not ask for more than before: %(sum)s yuan.") % {"sum": yuan(case.amount)}
        )
    return [Wrong(roster.name, words) for words in found]


def granted(case: Case) -> QuerySet[Line]:
    """The lines that were granted, whole or in part, of a case that was: what outcomes and facts go by."""
    return case.lines.filter(verdict__in=GRANTED).order_by("number")


def agreed(case: Case, matter: Matter, amount: int | None) -> int | None:
    """The sum somebody agrees to when they agree to the lines as they stand. Raises Refusal for another amount, which
    is said line by line, and where every line was refused."""
    has = sums(case)
    if amount is not None and amount != has.stands:
        raise Refusal("amount_by_line", _("Say it line by line: the amount is the sum of the lines."))
    if has.lines and has.refused == has.lines:
        raise Refusal(
            "all_lines_refused", _("Every line is refused. Refuse the request itself, with a reason.")
        )
    return has.stands if matter.amount else None


def grant_the_rest(case: Case) -> None:
    """Lines nobody spoke of are granted as asked, now that the case is."""
    case.lines.filter(verdict="").update(verdict=Line.Verdict.GRANT, granted=F("asked"))


def copy(source: Case, target: Case) -> None:
    """The lines of a case once more, as they were asked for: for an objection."""
    Line.objects.bulk_create(
        Line(
            id=new_id(),
            case=target,
            number=line.number,
            person_id=line.person_id,
            shown_name=line.shown_name,
            values=line.values,
            asked=line.asked,
        )
        for line in source.lines.order_by("number")
    )


def finder(case: Case, typed: Iterable[str]) -> Callable[[str], tuple[UUID | None, str, object]]:
    """Who is meant by each of these names or member numbers, among the members of the union that asks and of those
    under it: (person, name, None), or (None, "", the sentence). Three statements, however many are sought."""
    sought = {text for text in typed if text}
    people = _members(case)
    by_text: dict[str, list[tuple[UUID, str]]] = {}
    for person_id, name in people.filter(name__in=sought).values_list("pk", "name"):
        by_text.setdefault(name, []).append((person_id, name))
    numbered = Membership.objects.filter(
        person_id__in=people.values("pk"), valid_to__isnull=True, member_number__in=sought
    )
    names = dict(Person.objects.filter(pk__in=numbered.values("person_id")).values_list("pk", "name"))
    for person_id, number in numbered.values_list("person_id", "member_number"):
        by_text[number] = [(person_id, names[person_id])]

    def who(text: str) -> tuple[UUID | None, str, object]:
        found = by_text.get(text, [])
        if len(found) == 1:
            return *found[0], None
        return None, "", _SEVERAL if found else _NOBODY

    return who


_NOBODY = _("Nobody in your union has this name or member number.")
_SEVERAL = _("Several members have this name. Write the member number instead.")


def yuan(fen: int) -> str:
    """An amount as people read it."""
    return f"{Decimal(fen).scaleb(-2):,.2f}"


def _members(case: Case) -> QuerySet[Person]:
    """Who is a member of the union that asks, or of one under it, today."""
    here = Membership.objects.filter(valid_to__isnull=True).values("person_id")
    return Person.objects.filter(union_id__in=tree.under(case.union_id).values("pk"), pk__in=here)
