"""Whom or what a nomination means: a member by their number, a union or a unit by its code, a row by its number."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from zhijia.catalogue.round_rules import Round as Definition
from zhijia.kernel import names
from zhijia.kernel.errors import Refusal
from zhijia.registers.models import List, Row
from zhijia.registry import tree
from zhijia.registry.models import Coverage, Employer, Membership, Person, Union

LONG = 16
"""So many digits are no number of a row."""


@dataclass(frozen=True, slots=True)
class Meant:
    """What is nominated: its name, the union it stands at, the person or the key of what it is."""

    title: str
    union: Union
    person_id: UUID | None = None
    subject: str = ""


def own(person_id: UUID) -> Meant:
    """Somebody nominates themselves, at the union they are a member of. Raises Refusal for whoever is in none."""
    membership = Membership.objects.filter(person_id=person_id, valid_to__isnull=True).first()
    if membership is None:
        raise Refusal("no_member", _("Members nominate themselves. Join a union first."))
    person = Person.objects.get(pk=person_id)
    return Meant(person.name, Union.objects.get(pk=membership.union_id), person.pk)


def typed(asked: Definition, union: Union, number: str, title: str) -> Meant:
    """What an officer of this union means by a number (and, of a team or a result, a title). Raises Refusal."""
    number, title = names.seen(number), names.seen(title)
    if asked.subject == "union":
        return _union(union, number)
    if asked.subject == "employer":
        return _employer(union, number)
    if asked.subject == "row":
        return _row(asked, union, number)
    meant = _member(union, number)
    if asked.subject == "person":
        return meant
    if not title:
        raise Refusal("entry_title", _("Write what the team or the result is called."))
    return Meant(title, meant.union, meant.person_id)


def _member(union: Union, number: str) -> Meant:
    under = tree.under(union.pk).values("pk")
    held = Membership.objects.filter(member_number=number, valid_to__isnull=True, union_id__in=under).first()
    person = Person.objects.filter(pk=held.person_id).first() if held else None
    if held is None or person is None:
        raise Refusal("no_such_member", _("No member of your union, or of one under it, has this number."))
    return Meant(person.name, Union.objects.get(pk=held.union_id), person.pk)


def _union(union: Union, code: str) -> Meant:
    meant = tree.under(union.pk).filter(code=code, dissolved_on__isnull=True).first()
    if meant is None:
        raise Refusal("no_such_union", _("There is no union of this code at yours or under it."))
    return Meant(meant.name, meant, subject=f"union:{meant.pk}")


def _employer(union: Union, code: str) -> Meant:
    employer = Employer.objects.filter(credit_code=code).first()
    under = tree.under(union.pk).values("pk")
    covered = employer and (
        Coverage.objects.filter(employer_id=employer.pk, valid_to__isnull=True, union_id__in=under)
        .order_by("union_id")
        .first()
    )
    if employer is None or not covered:
        raise Refusal("no_such_employer", _("No unit of this credit code is covered by your union."))
    return Meant(employer.name, Union.objects.get(pk=covered.union_id), subject=f"employer:{employer.pk}")


def rows_of(asked: Definition, union: Union) -> QuerySet[Row]:
    """The rows that can be nominated at this union: those of the list that the union, or one under it, keeps."""
    kept = List.objects.filter(code=asked.of).values("pk")
    under = tree.under(union.pk).values("pk")
    return Row.objects.filter(register_id__in=kept, ended_on__isnull=True, union_id__in=under)


def _row(asked: Definition, union: Union, number: str) -> Meant:
    rows = rows_of(asked, union)
    found = list(rows.filter(number=int(number))[:1]) if number.isdecimal() and len(number) < LONG else []
    found = found or list(rows.filter(title=number)[:2])
    if len(found) > 1:
        raise Refusal("several_rows", _("Several rows of the list are called so. Write the number instead."))
    if not found:
        raise Refusal(
            "no_such_row", _("The list has no row of this number or name at your union, or at one under it.")
        )
    (row,) = found
    return Meant(row.title, Union.objects.get(pk=row.union_id), subject=f"row:{row.pk}")
