"""What the ledger says where unions are merged or dissolved: books with money in them are handed over."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Sum
from django.utils.translation import gettext as _

from zhijia.ledger.models import Account
from zhijia.registry.models import Union
from zhijia.ui.templatetags.ui import money


def said(*, unions: Sequence[Union], day: date) -> list[str]:
    """A sentence for each union with money at hand in its books, as far as the actor sees them."""
    at_hand = dict(
        Account.objects.filter(union_id__in=[union.pk for union in unions], guarded=True, sign=1)
        .values_list("union_id")
        .annotate(fen=Sum("balance"))
    )
    return [
        _("If %(name)s ends, its books with %(fen)s yuan are to be handed over to the union that takes over.")
        % {"name": union.name, "fen": money(at_hand[union.pk])}
        for union in unions
        if at_hand.get(union.pk)
    ]
