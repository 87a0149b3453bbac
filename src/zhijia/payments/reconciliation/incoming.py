"""What came in: each line of the bank once, matched to what was expected by the reference people wrote."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from zhijia.kernel import codes, days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.payments.banking.files import BankLine
from zhijia.payments.models import BankAccount, Receipt, Receivable
from zhijia.payments.reconciliation import rules
from zhijia.payments.services import paying_in

MOST = 200


@dataclass(frozen=True, slots=True)
class Leftover:
    """Money that belongs to nothing yet, and what it fits where the reference and the amount say so."""

    receipt: Receipt
    fits: Receivable | None


def write_down(*, account: BankAccount, lines: Iterable[BankLine], at: datetime) -> int:
    """Write down what came in, each line once; how many are new. What comes back of a payment of ours is none of these.
    On `bulk`: whoever calls has asked for the right."""
    came = [
        paying_in.BankLine(
            line.bank_number,
            days.business_day(line.at),
            line.amount,
            line.name,
            codes.normal_account(line.account),
            line.note,
        )
        for line in lines
        if line.amount > 0 and not rules.OWN.match(line.reference)
    ]
    return len(paying_in.came_in(at=at, bank_account=account, lines=came, using="bulk"))


def leftovers(union_id: int) -> list[Leftover]:
    """What came in at this union and belongs to nothing yet, the oldest first; at most two hundred. It fits what is
    expected there when its note names that alone, and the amount is what is left of it."""
    receipts = list(
        Receipt.objects.filter(union_id=union_id, receivable__isnull=True).order_by("day", "pk")[:MOST]
    )
    named = {receipt.pk: rules.references_in(receipt.note) for receipt in receipts}
    wanted = set().union(*named.values())
    expected = Receivable.objects.filter(reference__in=wanted, union_id=union_id, called_off_at__isnull=True)
    known = {one.reference: one for one in expected}
    return [Leftover(receipt, _fitting(receipt, named[receipt.pk], known)) for receipt in receipts]


def match_fitting(*, actor: Actor, at: datetime, union_id: int) -> int:
    """Match and post what fits at this union; how many. Two that fit one thing are not both matched."""
    done = 0
    taken: set[int] = set()
    for one in leftovers(union_id):
        if one.fits is None or one.fits.pk in taken:
            continue
        paying_in.match(actor=actor, at=at, receipt_id=one.receipt.pk, receivable_id=one.fits.pk)
        taken.add(one.fits.pk)
        done += 1
    return done


def assign(*, actor: Actor, at: datetime, receipt_id: int, reference: str) -> Receipt:
    """Somebody found out what this money is for. Raises Refusal where nothing is expected under the reference."""
    receipt = Receipt.objects.filter(pk=receipt_id).first()
    found = rules.references_in(reference)
    expected = Receivable.objects.filter(reference__in=found, union_id=receipt.union_id if receipt else 0)
    one = expected.first()
    if one is None:
        raise Refusal("nothing_expected", _("Nothing is expected under this reference at this union."))
    return paying_in.match(actor=actor, at=at, receipt_id=receipt_id, receivable_id=one.pk)


def _fitting(receipt: Receipt, named: set[str], known: dict[str, Receivable]) -> Receivable | None:
    found = [known[reference] for reference in named if reference in known]
    return found[0] if len(found) == 1 and found[0].left == receipt.amount else None
