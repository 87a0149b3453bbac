"""Goods handed to members count against the caps like money spent on them (DUE-15, DUE-16)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from zhijia.catalogue import codes, definitions
from zhijia.catalogue.spending_kinds import Spending
from zhijia.kernel.errors import Refusal
from zhijia.kernel.promises import constraint_of
from zhijia.ledger.services.posting import Source
from zhijia.ledger.services.spending import judging
from zhijia.ledger.services.spending.deciding import CAP
from zhijia.ledger.spending_models import Gift
from zhijia.registry.models import Union


def categories() -> list[Spending]:
    """What goods may be handed out as, in the order of lists; not prizes, which need to know how many took part."""
    found = [one for one in definitions.load().spendings.values() if "goods" in one.ways and not one.winners]
    return sorted(found, key=lambda spending: spending.order)


@dataclass(frozen=True, slots=True)
class Back:
    """What members who were handed goods for a source (`handed`) gave back for another, worth so much each (fen)."""

    handed: Source
    source: Source
    day: date
    gave: Sequence[tuple[UUID, int]]


def count_back(*, union: Union, back: Back) -> None:
    """What was counted for these goods is counted back by rows of its own, in the caller's transaction: the members may
    have as much of that year again. What counted as nothing stays so."""
    counted: dict[tuple[UUID, int], list[Gift]] = {}
    for gift in Gift.objects.filter(
        union_id=union.pk, source=back.handed.kind, source_id=back.handed.id, corrected_by__isnull=True
    ).order_by("pk"):
        counted.setdefault((gift.person_id, gift.amount), []).append(gift)
    found = [counted[one].pop() for one in sorted(back.gave) if counted.get(one)]
    Gift.objects.bulk_create(
        Gift(
            union_id=union.pk, county_id=union.stands_in, person_id=gift.person_id, category=gift.category,
            occasion=gift.occasion, year=gift.year, day=back.day, amount=-gift.amount, cap=gift.cap,
            occasion_cap=gift.occasion_cap, source=back.source.kind, source_id=back.source.id, corrects=gift,
        )
        for gift in found
    )  # fmt: skip


def count(
    *, union: Union, day: date, category: str, occasion: str, got: Sequence[tuple[UUID, int]], source: Source
) -> None:
    """These members were handed goods worth so much each (fen), in the caller's transaction: what they are given of the
    category this year, and on the occasion, goes up by it. Raises Refusal beyond a cap, whoever gives at once."""
    spending = judging.spending_of(category)
    if spending not in categories():
        raise Refusal("no_such_spending", _("Choose what it is spent on from the list."))
    if spending.occasions and not codes.holds(spending.occasions, occasion, day):
        raise Refusal("no_such_occasion", _("Choose the holiday: only those of the list are allowed."))
    occasion = occasion if spending.occasions else ""
    found, limits = judging.of_goods(union, category=category, occasion=occasion, day=day, got=got)
    judging.require_sound(found)
    gifts = [
        Gift(
            union_id=union.pk, county_id=union.stands_in, person_id=person, category=category, occasion=occasion,
            year=judging.year_of(day), day=day, amount=fen, cap=limits.cap, occasion_cap=limits.occasion,
            source=source.kind, source_id=source.id,
        )
        for person, fen in sorted(got)
        if fen
    ]  # fmt: skip
    try:
        with transaction.atomic():
            Gift.objects.bulk_create(gifts)
    except IntegrityError as error:
        if constraint_of(error) != CAP:
            raise
        raise Refusal(
            CAP,
            _(
                "Somebody on the roster has been given more by another voucher meanwhile. Look at what is left."
            ),
        ) from None
