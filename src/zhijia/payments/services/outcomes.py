"""What a room that decides asks for: the outcome `payments.pay` of a matter. The decision was the right to it; what it
comes to is ordered in its transaction and released by two others."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from zhijia.catalogue import definitions, ports
from zhijia.catalogue.matter_rules import Matter, Outcome
from zhijia.catalogue.sentences import Said, said
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.ledger.services import accounts
from zhijia.ledger.services.posting import Source
from zhijia.payments.models import Payment
from zhijia.payments.services import paying, rosters
from zhijia.payments.services.payees import Payee
from zhijia.payments.services.rosters import Due, Spent
from zhijia.registry import tree
from zhijia.registry.models import Person, Union

CASE, LINE, UNION = "case", "line", "union"
LINES = "matters.granted_lines"
"""Answers the lines of a case's list that were granted: their number, their person and how much."""
LEVELS = {"county": Union.Level.COUNTY, "city": Union.Level.CITY, "province": Union.Level.PROVINCE}


def pay(*, actor: Actor, at: datetime, case: Any, given: Mapping[str, str]) -> list[Payment]:
    """The port `matters.outcome.payments.pay`: what the case was granted goes to whom it is for, that of a list to each
    of its lines; nothing where it was granted without an amount. `given` says of which `fund`, spent on which role of
    the chart (`spent_on`), who pays: `own` (the union of the case) or the level above it, and whether it goes to the
    union that asked (`to: union`) instead of a member."""
    if not case.amount:
        return []
    if given.get("to") == UNION:
        return [_pay_union(actor, at, case, given)]
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


def _pay_union(actor: Actor, at: datetime, case: Any, given: Mapping[str, str]) -> Payment:
    """To the union that asked, or else the one the case stands at, on the account it named."""
    receiver = Union.objects.get(pk=case.asking_union_id or case.union_id)
    return paying.ordered(
        actor=actor,
        at=at,
        union=payer(case, given.get("payer", "own")),
        source=Source(CASE, str(case.pk)),
        payee=Payee(receiver.name),
        amount=case.amount,
        fund=given["fund"],
        spent_on=given["spent_on"],
        title=_title(case),
        partner_id=receiver.pk,
        case_id=case.pk,
    )


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


def fits(_matter: Matter, outcome: Outcome) -> Iterator[Said]:
    """What is wrong with what a matter's definition hands a payment to a union (`matters.fits.payments.pay`)."""
    given = outcome.given
    if given.get("to", UNION) != UNION:
        yield said("pays_nobody", "outcomes", name=given["to"])
    chart = accounts.chart_on(days.business_day(days.now()))
    code = given.get("spent_on", "")
    with suppress(Refusal):
        code = accounts.code_for(code, chart)
    if "to" in given and accounts.mirrored(code, chart) is None:
        yield said("no_other_side", "outcomes", name=given.get("spent_on", ""))
    if "to" in given and given.get("payer", "own") == "own":
        yield said("pays_itself", "outcomes")


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
