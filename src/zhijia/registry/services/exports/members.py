"""The members of a union and of everything under it, as a table to take along."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhijia.catalogue import standards
from zhijia.kernel.actors import Actor
from zhijia.registry.models import Card, Employer, Membership, Person, Union
from zhijia.registry.queries import members
from zhijia.registry.services.exports.tables import BATCH, Column, ExportTable, Row, of_elements

ELEMENTS = (
    "person_id", "member_no", "name", "id_type", "id_no", "sex", "birth_date", "country", "education", "mobile",
    "email", "hukou_type", "hukou_div", "home_div", "home_addr", "is_migrant", "gig_group", "occupation", "skill",
    "work_status", "employer", "employer_uscc", "hire_date", "union_id", "join_date", "status", "card_no",
    "bank_acct", "model_level", "rn_level",
)  # fmt: skip
USUAL = ("name", "id_no", "mobile", "status", "join_date", "gig_group", "union_id", "union_name")
KNOWN = ("name", "initials", "status", "group")
CARD_NUMBERS = {"card_no": "account"}


def columns() -> list[Column]:
    """Every element a member's row holds, and the name of the union."""
    found = of_elements(*ELEMENTS, mask=CARD_NUMBERS)
    place = next(number for number, column in enumerate(found) if column.code == "union_id")
    union = [
        Column("union_id", _("Code of the union"), element=35),
        Column("union_name", _("Union"), element=52),
    ]
    return [*found[:place], *union, *found[place + 1 :]]


def filters(sent: Mapping[str, Any]) -> dict[str, Any]:
    """What the members table can be narrowed to."""
    known: dict[str, Any] = {code: str(sent[code]) for code in KNOWN if sent.get(code)}
    known["members_only"] = not sent.get("left")
    return {**known, "here_only": True} if sent.get("here_only") else known


def count(actor: Actor, union: Union, narrowed: Mapping[str, Any], most: int) -> int:
    """How many members, counted no further than `most`."""
    return members.counted(actor=actor, union=union, filters=members.Filters(**narrowed), most=most)


def rows(actor: Actor, union: Union, narrowed: Mapping[str, Any]) -> Iterator[list[Row]]:
    """The members, batch after batch, each with the membership, union, employer and card of today."""
    batches = members.batches(actor=actor, union=union, filters=members.Filters(**narrowed), size=BATCH)
    for people in batches:
        yield described(people)


def described(people: Sequence[Person]) -> list[Row]:
    """What is known of these people, by the columns of the standard. Four statements."""
    ids = [person.pk for person in people]
    held = {m.person_id: m for m in Membership.objects.filter(person_id__in=ids, valid_to__isnull=True)}
    unions = Union.objects.in_bulk({person.union_id for person in people if person.union_id})
    employers = Employer.objects.in_bulk({person.employer_id for person in people if person.employer_id})
    cards = dict(
        Card.objects.filter(person_id__in=ids, ended_at__isnull=True).values_list("person_id", "number")
    )
    own, stay = _of("registry_person"), _of("registry_membership")
    rows = []
    for person in people:
        values = {name: getattr(person, attribute) for name, attribute in own}
        membership = held.get(person.pk)
        values |= {name: getattr(membership, attribute, None) for name, attribute in stay}
        union, employer = unions.get(person.union_id or 0), employers.get(person.employer_id or 0)
        values |= {
            "union_id": union.code if union else "",
            "union_name": union.name if union else "",
            "employer_uscc": employer.credit_code if employer else None,
            "card_no": cards.get(person.pk),
            "status": membership.status if membership else Membership.Status.LEFT,
        }
        rows.append(Row(values, person.pk))
    return rows


def _of(table: str) -> list[tuple[str, str]]:
    """The columns of the standard that lie in this table, with the name of the column there."""
    return [
        (column.name, place.removeprefix(f"{table}."))
        for code in ELEMENTS
        for column in standards.element(code).columns
        for place in column.held_in[:1]
        if place.startswith(f"{table}.")
    ]


TABLE = ExportTable(
    code="members",
    label=_("Members"),
    permission="membership.view",
    columns=columns,
    rows=rows,
    count=count,
    filters=filters,
    usual=USUAL,
    people=True,
)
