"""What is done about a union's books, on the trail."""

from collections.abc import Mapping
from datetime import datetime

from zhijia.audit import services as audit
from zhijia.kernel.actors import Actor
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
