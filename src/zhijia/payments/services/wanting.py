"""Whether what a payment is for still wants it: a name that was withdrawn, a piece that was taken off a roster. Asked
whenever one that came to nothing would go to the bank again. And whether its payee has died.

The owner of a source answers the port `payments.unwanted.<source kind>` with (payments, using) -> {id: sentence}, for
those it does not want any more, in as many statements for all as for one. A source nobody answers for wants them all.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence

from django.db import transaction
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zhijia.catalogue import ports
from zhijia.kernel import rows
from zhijia.kernel.errors import Refusal
from zhijia.payments.models import Payment

FAMILY = "payments.unwanted"
Sentences = Mapping[int, str | Promise]
_log = logging.getLogger(__name__)


def unwanted(payments: Iterable[Payment], *, using: str = "default") -> dict[int, str | Promise]:
    """Which of these are not wanted any more, with the sentence that says why."""
    found: dict[int, str | Promise] = {}
    for source, some in _by_source(payments).items():
        found |= _said(source, some, using)
    return found


def unwanted_or_unsaid(
    payments: Iterable[Payment], *, using: str
) -> tuple[dict[int, str | Promise], set[int]]:
    """As `unwanted`, for a job: a source that cannot answer holds up no other. Which of these are not wanted any more,
    and of which nobody could say it."""
    found: dict[int, str | Promise] = {}
    unsaid: set[int] = set()
    for source, some in _by_source(payments).items():
        try:
            with transaction.atomic(using=using):
                found |= _said(source, some, using)
        except Exception as error:  # what it says may hold somebody's data
            _log.error("%s could not say which payments it wants: %s", source, type(error).__name__)
            unsaid.update(one.pk for one in some)
    return found, unsaid


def _by_source(payments: Iterable[Payment]) -> dict[str, list[Payment]]:
    found: dict[str, list[Payment]] = {}
    for payment in payments:
        found.setdefault(payment.source, []).append(payment)
    return found


def _said(source: str, payments: Sequence[Payment], using: str) -> Sentences:
    if not ports.answered(f"{FAMILY}.{source}"):
        return {}
    said: Sentences = ports.call(f"{FAMILY}.{source}", payments=payments, using=using)
    return said


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
