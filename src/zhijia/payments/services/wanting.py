"""Whether what a payment is for still wants it: a name that was withdrawn, a piece that was taken off a roster. Asked
whenever one that came to nothing would go to the bank again.

The owner of a source answers the port `payments.unwanted.<source kind>` with (payments, using) -> {id: sentence}, for
those it does not want any more, in as many statements for all as for one. A source nobody answers for wants them all.
"""

from collections.abc import Iterable, Mapping

from django.utils.functional import Promise

from zhijia.catalogue import ports
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


def refuse_unwanted(payment: Payment) -> None:
    """Raises Refusal, in the words of its source, where it is not wanted any more."""
    words = unwanted([payment]).get(payment.pk)
    if words is not None:
        raise Refusal("not_wanted_any_more", words)
