"""What entries of assets and goods were for. Row policies hold: what they hide is not answered."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from zhijia.assets.models import Card, Disposal, Issue, Lease, Lot, Return
from zhijia.kernel.actors import Actor
from zhijia.ledger.queries.sources import Told


def of_cards(actor: Actor, ids: Sequence[str]) -> dict[str, Told]:
    """By card: the asset and its page."""
    return _of({str(number): card for number, card in Card.objects.in_bulk(_numbers(ids)).items()})


def of_rents(actor: Actor, ids: Sequence[str]) -> dict[str, Told]:
    """By lease: the asset that is let. Who rents it stands on its page."""
    found = Lease.objects.select_related("card").in_bulk(_numbers(ids))
    return _of({str(number): lease.card for number, lease in found.items()})


def of_disposals(actor: Actor, ids: Sequence[str]) -> dict[str, Told]:
    """By disposal: the asset that goes."""
    found = Disposal.objects.select_related("card").in_bulk(_numbers(ids))
    return _of({str(number): disposal.card for number, disposal in found.items()})


def of_lots(actor: Actor, ids: Sequence[str]) -> dict[str, Told]:
    """By lot: the goods and their page."""
    return {
        str(number): Told(lot.name, reverse("assets:lot", args=[number]))
        for number, lot in Lot.objects.in_bulk(_numbers(ids)).items()
    }


def of_issues(actor: Actor, ids: Sequence[str]) -> dict[str, Told]:
    """By issue: the goods, what for, and their page."""
    return {
        str(number): Told(f"{gone.lot.name} · {gone.what_for}", reverse("assets:lot", args=[gone.lot_id]))
        for number, gone in Issue.objects.select_related("lot").in_bulk(_numbers(ids)).items()
    }


def of_returns(actor: Actor, ids: Sequence[str]) -> dict[str, Told]:
    """By return: the goods that came back, and their page."""
    return {
        str(number): Told(
            _("%(goods)s, taken back") % {"goods": back.issue.lot.name},
            reverse("assets:lot", args=[back.issue.lot_id]),
        )
        for number, back in Return.objects.select_related("issue__lot").in_bulk(_numbers(ids)).items()
    }


def of_depreciation(actor: Actor, ids: Sequence[str]) -> dict[str, Told]:
    """By run over a union's assets: that they were written down."""
    return dict.fromkeys(ids, Told(_("Assets written down for the month")))


def _of(cards: dict[str, Card]) -> dict[str, Told]:
    return {
        number: Told(f"{card.name} · {card.label}", reverse("assets:card", args=[card.pk]))
        for number, card in cards.items()
    }


def _numbers(ids: Sequence[str]) -> set[int]:
    return {int(number) for number in ids}
