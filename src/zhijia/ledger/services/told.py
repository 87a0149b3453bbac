"""What is done about a union's books, on the trail."""

from collections.abc import Mapping
from datetime import datetime

from zhijia.audit import services as audit
from zhijia.audit.services import Place
from zhijia.kernel.actors import Actor
from zhijia.ledger.spending_models import Voucher
from zhijia.registry import access
from zhijia.registry.models import Union


def of_book(
    actor: Actor, at: datetime, action: str, union: Union, detail: Mapping[str, object], reason: str = ""
) -> None:
    """A line of the trail about the union's books."""
    audit.record(
        actor=actor,
        at=at,
        action=action,
        subject="ledger_book",
        subject_id=union.pk,
        place=access.place_of(union),
        reason=reason,
        detail=detail,
    )


def of_voucher(actor: Actor, at: datetime, action: str, voucher: Voucher, reason: str = "") -> None:
    """A line of the trail about a voucher."""
    audit.record(
        actor=actor,
        at=at,
        action=action,
        subject="ledger_voucher",
        subject_id=voucher.pk,
        place=Place(union_id=voucher.union_id, county_id=voucher.county_id),
        reason=reason,
    )
