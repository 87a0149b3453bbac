"""What a room that decides asks for: the outcome `payments.pay` of a matter. The decision was the right to it; what it
comes to is ordered in its transaction and released by two others."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from zhijia.catalogue import definitions
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.ledger.services.posting import Source
from zhijia.payments.models import Payment
from zhijia.payments.services import paying
from zhijia.payments.services.payees import Payee
from zhijia.registry import tree
from zhijia.registry.models import Person, Union

CASE = "case"
LEVELS = {"county": Union.Level.COUNTY, "city": Union.Level.CITY, "province": Union.Level.PROVINCE}


def pay(*, actor: Actor, at: datetime, case: Any, given: Mapping[str, str]) -> Payment | None:
    """The port `matters.outcome.payments.pay`: what the case was granted goes to whom it is for; nothing where it was
    granted without an amount. `given` says of which `fund`, spent on which role of the chart (`spent_on`), and who
    pays: `own` (the union of the case) or the level above it."""
    if not case.amount or case.person_id is None:
        return None
    person = Person.objects.get(pk=case.person_id)
    return paying.ordered(
        actor=actor,
        at=at,
        union=_payer(case, given.get("payer", "own")),
        source=Source(CASE, str(case.pk)),
        payee=Payee(person.name),
        amount=case.amount,
        fund=given["fund"],
        spent_on=given["spent_on"],
        title=_title(case),
        person_id=person.pk,
        case_id=case.pk,
    )


def _payer(case: Any, who: str) -> Union:
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
