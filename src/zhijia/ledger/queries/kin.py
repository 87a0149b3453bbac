"""Relatives of officers who sell to the union: who is named in a payee's name. Whoever pays asks here."""

from collections.abc import Collection
from datetime import date

from django.db.models import Q, QuerySet

from zhijia.ledger import spending_rules
from zhijia.ledger.spending_models import Kin


def of_union(union_id: int, day: date) -> QuerySet[Kin]:
    """Those declared at a union that stand on the day."""
    standing = Q(ended_on__isnull=True) | Q(ended_on__gt=day)
    return Kin.objects.filter(standing, union_id=union_id, declared_on__lte=day).order_by("name")


def naming(union_id: int, payees: Collection[str], day: date) -> set[str]:
    """Those of the payees that name a relative, by their own name or the business they work for; in one statement."""
    names = [name for kin in of_union(union_id, day) for name in (kin.name, kin.works_for)]
    return {payee for payee in payees if spending_rules.named_in(payee, names)}
