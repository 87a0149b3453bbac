"""The bill of a month: what is owed by the declaration that stands, by when, and where its transfer is expected."""

from datetime import date, datetime

from zhijia.catalogue import parameters
from zhijia.dues import rules
from zhijia.dues.models import Bill, Declaration
from zhijia.kernel.actors import Actor
from zhijia.registry.models import Union


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
        found.save(update_fields=["declaration", "amount"])
    return found
