"""The bill of a month: what is owed by the declaration that stands, by when, and where its transfer is expected."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from zhijia.dues.models import Bill, Declaration
from zhijia.dues.queries.received import received
from zhijia.dues.services import terms
from zhijia.kernel.actors import Actor
from zhijia.ledger.models import Book
from zhijia.ledger.services.posting import Source
from zhijia.payments.models import Receivable
from zhijia.payments.services import paying_in
from zhijia.payments.services.paying_in import Payer
from zhijia.registry import access, tree
from zhijia.registry.models import Union

SOURCE, FUND, ROLE = "dues_bill", "own", "custody"
"""What a transfer is expected for; until it is shared it is money in custody."""


def bill(*, actor: Actor, at: datetime, union: Union, declaration: Declaration) -> Bill:
    """The bill of the declaration's month, made or brought up to it. Whoever calls it has asked for the right and holds
    the month."""
    found, new = Bill.objects.get_or_create(
        employer_id=declaration.employer_id,
        month=declaration.month,
        defaults={
            "union_id": union.pk,
            "county_id": union.stands_in,
            "declaration": declaration,
            "amount": declaration.amount,
            "due_on": terms.of(union.division, declaration.month).due_on,
        },
    )
    if not new:  # before what came is looked at: money for several months fills what is declared of them
        found.declaration, found.amount = declaration, declaration.amount
        found.save(update_fields=["declaration", "amount"])
    _expect(actor, at, union, found, declaration)
    found.save(update_fields=["receivable_id", "reference"])
    return found


def owed(found: Bill) -> int:
    """What of the bill has not come in, or went back again; below nothing where more came in than is owed (fen)."""
    return owed_each([found])[found.pk]


def owed_each(bills: Sequence[Bill]) -> dict[int, int]:
    """The same of several bills, by their numbers."""
    came = received({one.employer_id for one in bills}, [one.month for one in bills])
    return {one.pk: one.amount - came.get((one.employer_id, one.month), 0) for one in bills}


def keeper(union: Union, *, by: Actor | None) -> Union | None:
    """Who takes transfers for the union: itself where it keeps books, else the nearest above that does and where `by`,
    who works for the union, may declare; for an employer, which has no right at any (None), the nearest of all, by the
    books' numbers alone on `bulk`. None where only the tax office collects."""
    over = [
        one
        for one in tree.path(union)[::-1]
        if by is None or one.pk == union.pk or access.may(by, "dues.declare", one.pk)
    ]
    books = Book.objects.using("bulk" if by is None else "default")
    kept = set(books.filter(pk__in=[one.pk for one in over]).values_list("pk", flat=True))
    return next((one for one in over if one.pk in kept), None)


def taker_of(found: Bill) -> Union | None:
    """The union that expects a transfer for the bill, for whoever may see the bill; none where none does."""
    if found.receivable_id is None:
        return None
    expected = Receivable.objects.using("bulk").filter(pk=found.receivable_id).first()
    return Union.objects.get(pk=expected.union_id) if expected else None


def _expect(actor: Actor, at: datetime, union: Union, found: Bill, declaration: Declaration) -> None:
    """Expect what is still owed under a reference of its own; what was expected before is expected no more. A bill that
    is paid keeps its reference: what goes back of it is owed under the same."""
    left = owed(found)
    if found.receivable_id is None:
        taker = keeper(union, by=None if declaration.by_employer else actor)
    else:
        before = Receivable.objects.filter(pk=found.receivable_id).first()
        if before is None:
            return  # a union above takes it, and who declares here may not see that
        if left <= 0 and before.received > before.given_back:
            return
        taker = Union.objects.get(pk=before.union_id)
        paying_in.call_off(actor=actor, at=at, receivable_id=before.pk)
    if taker is None or left <= 0:
        found.receivable_id, found.reference = None, ""
        return
    made = paying_in.expect(
        actor=actor,
        at=at,
        union=taker,
        source=Source(SOURCE, str(found.pk), f"v{found.declaration.version}"),
        payer=Payer(found.employer.name, union_id=union.pk, employer_id=found.employer_id),
        amount=left,
        fund=FUND,
        role=ROLE,
        title=_("Contribution for %(year)s-%(month)02d")
        % {"year": found.month // 100, "month": found.month % 100},
        due_on=found.due_on,
        stays_owed=True,
    )
    found.receivable_id, found.reference = made.pk, made.reference
