"""What is appraised: a union, an employer or a row of a list, and at which union it stands."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhijia.catalogue.appraisal_rules import Appraisal
from zhijia.kernel import codes, days
from zhijia.kernel.errors import Refusal
from zhijia.registers.models import Row
from zhijia.registers.services import lists
from zhijia.registry import tree
from zhijia.registry.models import Coverage, Union
from zhijia.rules import finding
from zhijia.rules import versions as rules
from zhijia.rules.finding import Scope
from zhijia.rules.understanding import of_definition

STEP = 1000


@dataclass(frozen=True, slots=True)
class Subject:
    """One that can be appraised: its kind, its id as text, its name, and the union it stands at; where it is looked at
    again, the title it holds (a row, and the list that is in)."""

    kind: str
    target: str
    name: str
    union: Union
    held_in: str = ""
    held_row: UUID | None = None


def typed(scheme: Appraisal, text: str, under: Union, *, at: datetime, day: date) -> Subject:
    """Whom somebody wrote: a union's code or name, an employer's credit code or name, a row's title. Raises Refusal
    where there is none under this union, or several."""
    found = list(_named(scheme, text.strip(), under, at, day))
    if len(found) == 1:
        return found[0]
    if found:
        raise Refusal("several_of_this_name", _("Several are called so. Write the code instead."))
    words = _("There is none of this name or code under %(union)s.") % {"union": under.name}
    raise Refusal("nobody_of_this_name", words)


def every(scheme: Appraisal, under: Union, *, at: datetime, day: date) -> Iterator[Subject]:
    """All under the union: those the rule holds for, where the definition names one; of a list the rows that have not
    ended. Of unions the grass roots, where the definition says nothing else by its rule."""
    if scheme.subject == "row":
        kept = lists.ready(str(scheme.of), at=at)
        waiting = _rows(kept.id, under).order_by("pk").iterator(STEP)
        while some := list(islice(waiting, STEP)):
            yield from _of_rows(some)
        return
    if scheme.rule:
        for keys in _by_rule(scheme, under, day):
            if scheme.subject == "union":
                yield from of_unions([key for key in keys if key != under.pk])
            else:
                yield from of_employers(keys, under, day)
        return
    below = tree.under(under.pk).filter(dissolved_on__isnull=True, level=Union.Level.GRASSROOTS)
    if scheme.subject == "union":
        for union in below.exclude(pk=under.pk).order_by("pk").iterator(STEP):
            yield _of_union(union)
        return
    covered = _coverages(under, day).order_by("employer_id", "-valid_from")
    yield from _first_each(covered.iterator(STEP))


def holders(
    scheme: Appraisal, under: Union, *, at: datetime, rows: Collection[UUID] | None = None
) -> Iterator[Subject]:
    """Those that hold a title of the definition (of these `rows`, where they are named), as the lists say that the
    union keeps: each once, with the highest of its titles."""
    held: dict[str, tuple[str, UUID]] = {}
    for title in scheme.titles:
        kept = lists.ready(title.list, at=at)
        found = Row.objects.filter(
            register_id=kept.id, union_id=under.pk, ended_on__isnull=True, values__contains=title.fixed
        )
        for row_id, said in (found if rows is None else found.filter(pk__in=rows)).values_list(
            "pk", "values"
        ):
            if said.get(title.holder):
                held.setdefault(str(said[title.holder]), (title.list, row_id))
    for subject in _called(scheme, list(held), under, days.business_day(at)):
        held_in, held_row = held[subject.target]
        yield replace(subject, held_in=held_in, held_row=held_row)


def _called(scheme: Appraisal, ids: Sequence[str], under: Union, day: date) -> Iterator[Subject]:
    """The subjects of these ids."""
    if scheme.subject == "union":
        yield from of_unions(sorted(int(one) for one in ids))
    elif scheme.subject == "employer":
        yield from of_employers(sorted(int(one) for one in ids), under, day)
    else:
        yield from _of_rows(list(Row.objects.filter(pk__in=[UUID(one) for one in ids]).order_by("pk")))


def of_unions(ids: Sequence[Any]) -> Iterator[Subject]:
    """These unions, those that stand."""
    for union in Union.objects.filter(pk__in=ids, dissolved_on__isnull=True).order_by("pk"):
        yield _of_union(union)


def of_employers(ids: Sequence[Any], under: Union, day: date) -> Iterator[Subject]:
    """These employers, each at the union under this one that covers it."""
    covered = _coverages(under, day).filter(employer_id__in=ids).order_by("employer_id", "-valid_from")
    yield from _first_each(covered)


def _named(scheme: Appraisal, text: str, under: Union, at: datetime, day: date) -> Iterator[Subject]:
    if not text:
        return
    if scheme.subject == "union":
        below = tree.under(under.pk).filter(dissolved_on__isnull=True)
        for union in below.filter(Q(code=text) | Q(name=text))[:2]:
            yield _of_union(union)
    elif scheme.subject == "employer":
        code = codes.normal_code(text)
        covered = _coverages(under, day).filter(Q(employer__credit_code=code) | Q(employer__name=text))
        yield from _first_each(covered.order_by("employer_id", "-valid_from")[:10])
    else:
        kept = lists.ready(str(scheme.of), at=at)
        number = int(text) if text.isascii() and text.isdigit() else None
        yield from _of_rows(list(_rows(kept.id, under).filter(Q(title=text) | Q(number=number))[:2]))


def _rows(register_id: int, under: Union) -> Any:
    return Row.objects.filter(
        register_id=register_id, union_id__in=tree.under(under.pk).values("pk"), ended_on__isnull=True
    )


def _coverages(under: Union, day: date) -> Any:
    return Coverage.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=day),
        valid_from__lte=day,
        union__in=tree.under(under.pk).filter(dissolved_on__isnull=True),
    ).select_related("employer", "union")


def _by_rule(scheme: Appraisal, under: Union, day: date) -> Iterator[list[Any]]:
    rule = of_definition(rules.in_force(scheme.rule, on=day), on=day).main.rule
    after: Any = None
    while True:
        keys = finding.find(rule, scope=Scope(union=under.pk), on=day, after=after, rows=STEP)
        yield keys
        if len(keys) < STEP:
            return
        after = keys[-1]


def _first_each(covered: Any) -> Iterator[Subject]:
    """Each employer once: at the union that has covered it latest."""
    last = None
    for one in covered:
        if one.employer_id != last:
            last = one.employer_id
            yield Subject("employer", str(one.employer_id), one.employer.name, one.union)


def _of_union(union: Union) -> Subject:
    return Subject("union", str(union.pk), union.name, union)


def _of_rows(rows: Sequence[Row]) -> Iterator[Subject]:
    """These rows, each at the union it is about, else at the one that keeps it. One statement for their unions."""
    unions = Union.objects.in_bulk({row.other_union_id or row.union_id for row in rows})
    for row in rows:
        yield Subject("row", str(row.pk), row.title[:120], unions[row.other_union_id or row.union_id])
