"""Whether what a payment is for still wants it: a name that was withdrawn, a piece that was taken off a roster. Asked
whenever one that came to nothing would go to the bank again. And whether its payee has died.

The owner of a source answers the port `payments.unwanted.<source kind>` with (payments, using) -> {id: sentence}, for
those it does not want any more, in as many statements for all as for one. A source nobody answers for wants them all.
"""

from collections.abc import Iterable, Mapping

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zhijia.catalogue import ports
from zhijia.kernel import rows
from zhijia.kernel.errors import Refusal
from zhijia.payments.models import Payment

FAMILY = "payments.unwanted"
Sentences = Mapping[int, str | Promise]


def unwanted(payments: Iterable[Payment], *, using: str = "default") -> dict[int, str | Promise]:
    """Which of these are not wanted any more, with the sentence that says why."""
    by_source: dict[str, list[Payment]] = {}
    for payment in payments:
        by_source.setdefault(payment.source, []).append(payment)
    found: dict[int, str | Promise] = {}
    for source, some in by_source.items():
        if ports.answered(f"{FAMILY}.{source}"):
            said: Sentences = ports.call(f"{FAMILY}.{source}", payments=some, using=using)
            found |= said
    return found


def dead(payments: Iterable[Payment], *, using: str = "default") -> set[int]:
    """Which of these are for somebody who has died (`registry_dead`), whatever union they were a member of. One
    statement."""
    people = {payment.pk: payment.person_id for payment in payments if payment.person_id}
    died = {key for (key,) in rows.run("SELECT registry_dead(%s::uuid[])", [list(people.values())], using)}
    return {number for number, person_id in people.items() if person_id in died}


def refuse_any_unwanted(payments: QuerySet[Payment]) -> None:
    """Raises Refusal where one of these is not wanted any more: whose it is, and why."""
    sources = payments.order_by().values_list("source", flat=True).distinct()
    asked = [source for source in sources if ports.answered(f"{FAMILY}.{source}")]
    found = unwanted(payments.filter(source__in=asked)) if asked else {}
    if found:
        number, why = min(found.items())
        payee = payments.values_list("payee_name", flat=True).get(pk=number)
        words = _("%(payee)s: %(why)s Stop this payment; the rest can be released.")
        raise Refusal("not_wanted_any_more", words % {"payee": payee, "why": why})


def refuse_unwanted(payment: Payment) -> None:
    """Raises Refusal, in the words of its source, where it is not wanted any more."""
    words = unwanted([payment]).get(payment.pk)
    if words is not None:
        raise Refusal("not_wanted_any_more", words)
