"""The bill of a month: what is owed by the declaration that stands, by when, and where its transfer is expected."""

from datetime import date, datetime

from django.utils.translation import gettext as _

from zhijia.catalogue import parameters
from zhijia.dues import rules
from zhijia.dues.models import Bill, Declaration
from zhijia.dues.queries.received import received
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


def due_day(union: Union, month: int) -> date:
    """The day by which the month's contribution is paid, where the union is."""
    day = parameters.value("dues.pay_day", division=union.division, day=rules.last_day(month))
    return rules.due_on(month, int(day))


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
            "due_on": due_day(union, declaration.month),
        },
    )
    if not new:
        found.declaration, found.amount = declaration, declaration.amount
    _expect(actor, at, union, found, declaration)
    found.save(update_fields=["declaration", "amount", "receivable_id", "reference"])
    return found


def owed(found: Bill) -> int:
    """What of the bill has not come in yet; below nothing where more came in than is owed."""
    came = received([found.employer_id], [found.month])
    return found.amount - came.get((found.employer_id, found.month), 0)


def keeper(actor: Actor, union: Union) -> Union | None:
    """Who takes transfers for the union: itself where it keeps books, else the nearest above that does and where the
    actor may; none where only the tax office collects."""
    over = [
        one
        for one in tree.path(union)[::-1]
        if one.pk == union.pk or access.may(actor, "dues.declare", one.pk)
    ]
    kept = set(Book.objects.filter(pk__in=[one.pk for one in over]).values_list("pk", flat=True))
    return next((one for one in over if one.pk in kept), None)


def keeper_for_employer(union: Union) -> Union | None:
    """The same for an employer of the union, which has no right at any: the nearest that keeps books. Reads the books'
    numbers alone, on `bulk`."""
    over = tree.path(union)[::-1]
    kept = set(
        Book.objects.using("bulk").filter(pk__in=[one.pk for one in over]).values_list("pk", flat=True)
    )
    return next((one for one in over if one.pk in kept), None)


def taker_of(found: Bill) -> Union | None:
    """The union that expects a transfer for the bill, for whoever may see the bill; none where none does."""
    if found.receivable_id is None:
        return None
    expected = Receivable.objects.using("bulk").filter(pk=found.receivable_id).first()
    return Union.objects.get(pk=expected.union_id) if expected else None


def _expect(actor: Actor, at: datetime, union: Union, found: Bill, declaration: Declaration) -> None:
    """Expect what is still owed under a reference of its own; what was expected before is expected no more."""
    taker = keeper_for_employer(union) if declaration.by_employer else keeper(actor, union)
    if found.receivable_id is not None:
        before = Receivable.objects.filter(pk=found.receivable_id).first()
        if before is None:
            return  # a union above takes it, and who declares here may not see that
        taker = Union.objects.get(pk=before.union_id)
        if not before.received:
            paying_in.call_off(actor=actor, at=at, receivable_id=before.pk)
    left = owed(found)
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
    )
    found.receivable_id, found.reference = made.pk, made.reference
