"""The cards of chosen members, to be printed: always in clear, for the card alone, of those who agreed to one."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from zhijia.catalogue import parameters
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.registry.models import Card, Consent, Person, Union
from zhijia.registry.queries import members
from zhijia.registry.services import cards
from zhijia.registry.services.exports.tables import BATCH, Column, ExportTable, Row, of_elements

PURPOSE = "card"


def columns() -> list[Column]:
    """Name, union, number of the card, and what its QR says."""
    held = of_elements("name", "card_no")
    chosen = [column for column in held if column.code in ("name", "card_no")]
    return [*chosen, Column("union_name", _("Union"), element=52), Column("qr", _("Code of the card"))]


def filters(sent: Mapping[str, Any]) -> dict[str, Any]:
    """The members who were chosen, no more of them than are printed at once."""
    most = parameters.value("exports.cards_at_once", day=days.business_day(days.now()))
    return {"people": [str(UUID(str(one))) for one in sent.get("people", [])][:most]}


def count(actor: Actor, union: Union, narrowed: Mapping[str, Any], most: int) -> int:
    """How many of them have a card to print."""
    return _with_card(actor, union, narrowed)[:most].count()


def rows(actor: Actor, union: Union, narrowed: Mapping[str, Any]) -> Iterator[list[Row]]:
    """Those with a valid card, by name. Who has none is left out: a card is made once the member agreed."""
    people = list(_with_card(actor, union, narrowed).order_by("name", "id"))
    valid = {
        card.person_id: card
        for card in Card.objects.filter(person_id__in=[one.pk for one in people], ended_at__isnull=True)
    }
    unions = Union.objects.in_bulk({one.union_id for one in people if one.union_id})
    for start in range(0, len(people), BATCH):
        yield [_row(one, valid[one.pk], unions) for one in people[start : start + BATCH]]


def _with_card(actor: Actor, union: Union, narrowed: Mapping[str, Any]) -> QuerySet[Person]:
    chosen = members.by_ids(actor=actor, union=union, person_ids=narrowed.get("people", []))
    agreed = Consent.objects.filter(purpose=PURPOSE, withdrawn_at__isnull=True)
    valid = Card.objects.filter(ended_at__isnull=True)
    return chosen.filter(pk__in=valid.values("person_id")).filter(pk__in=agreed.values("person_id"))


def _row(person: Person, card: Card, unions: Mapping[int, Union]) -> Row:
    union = unions.get(person.union_id or 0)
    values = {"name": person.name, "card_no": card.number, "union_name": union.name if union else ""}
    return Row({**values, "qr": cards.printed_code(card)}, person.pk)


TABLE = ExportTable(
    code="cards",
    label=_("Member cards"),
    permission="membership.view",
    columns=columns,
    rows=rows,
    count=count,
    filters=filters,
    usual=("name", "card_no", "union_name", "qr"),
    people=True,
    fixed_purpose=PURPOSE,
    formats=("pdf",),
)
