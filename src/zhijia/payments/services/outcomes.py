"""What a room that decides asks for: the outcome `payments.pay` of a matter. The decision was the right to it; what it
comes to is ordered in its transaction and released by two others."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from zhijia.catalogue import definitions, ports
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.ledger.services.posting import Source
from zhijia.payments.models import Payment
from zhijia.payments.services import paying, rosters
from zhijia.payments.services.payees import Payee
from zhijia.payments.services.rosters import Due, Spent
from zhijia.registry import tree
from zhijia.registry.models import Person, Union

CASE, LINE = "case", "line"
LINES = "matters.granted_lines"
"""Answers the lines of a case's list that were granted: their number, their person and how much."""
LEVELS = {"county": Union.Level.COUNTY, "city": Union.Level.CITY, "province": Union.Level.PROVINCE}


def pay(*, actor: Actor, at: datetime, case: Any, given: Mapping[str, str]) -> list[Payment]:
    """The port `matters.outcome.payments.pay`: what the case was granted goes to whom it is for, that of a list to each
    of its lines; nothing where it was granted without an amount. `given` says of which `fund`, spent on which role of
    the chart (`spent_on`), and who pays: `own` (the union of the case) or the level above it."""
    if not case.amount:
        return []
    if case.person_id is None:
        return _pay_lines(actor, at, case, given)
    person = Person.objects.get(pk=case.person_id)
    payment = paying.ordered(
        actor=actor,
        at=at,
        union=payer(case, given.get("payer", "own")),
        source=Source(CASE, str(case.pk)),
        payee=Payee(person.name),
        amount=case.amount,
        fund=given["fund"],
        spent_on=given["spent_on"],
        title=_title(case),
        person_id=person.pk,
        case_id=case.pk,
    )
    return [payment]


def _pay_lines(actor: Actor, at: datetime, case: Any, given: Mapping[str, str]) -> list[Payment]:
    """Each line that was granted something, to the member it names. Raises Refusal for one that names none."""
    lines = [line for line in ports.call(LINES, case) if line.granted]
    names = dict(Person.objects.filter(pk__in={line.person_id for line in lines}).values_list("pk", "name"))
    if any(line.person_id not in names for line in lines):
        raise Refusal(
            "line_names_nobody", _("Money is paid to members: each line of the list has to name one.")
        )
    return rosters.ordered(
        actor=actor,
        at=at,
        union=payer(case, given.get("payer", "own")),
        source=Source(CASE, str(case.pk), LINE),
        dues=[Due(line.number, line.person_id, names[line.person_id], line.granted) for line in lines],
        spent=Spent(given["fund"], given["spent_on"], _title(case)),
        case_id=case.pk,
    )


def payer(case: Any, who: str) -> Union:
    """The union that pays what a case was granted: its own, or the one of this level above it. Raises Refusal."""
    own = Union.objects.get(pk=case.union_id)
    if who == "own":
        return own
    above = next((union for union in tree.path(own) if union.level == LEVELS[who]), None)
    if above is None:
        raise Refusal("nobody_above", _("There is no union above that could pay this."))
    return above


def _title(case: Any) -> str:
    """What stands in the transfer and in the books: the matter and the number of the case, as banks here read it."""
    matter = definitions.load().matters.get(case.code)
    with override("zh-hans"):
        return f"{matter.label if matter else case.code} {case.number}"
