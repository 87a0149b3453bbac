"""What the services of terms share: the union above, a body's open term, and their line on the trail."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from zhijia.audit import services as audit
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.registry import access
from zhijia.registry.models import Parent, Term, Union


def require_above(actor: Actor, union_id: int) -> Actor:
    """The actor, who decides for the union above this one (ORG-07, ORG-13); for the highest union, at itself.
    Raises NotForYou for the union's own officers."""
    edge = Parent.objects.filter(
        union_id=union_id, tree=Parent.Tree.ORGANISATION, valid_to__isnull=True
    ).first()
    return access.require(actor, "term.decide", edge.parent_id if edge else union_id)


def refuse_own(actor: Actor, recorded_by: int | None) -> None:
    """Nobody decides what they recorded themselves."""
    if recorded_by is not None and recorded_by == actor.user_id:
        raise Refusal(
            "own_record",
            _("You recorded this yourself. A colleague of the union above has to decide it."),
        )


def open_term(union_id: int, body: str) -> Term | None:
    """The body's open term, held until the transaction ends."""
    return (
        Term.objects.select_for_update().filter(union_id=union_id, body=body, ended_on__isnull=True).first()
    )


def trail(
    actor: Actor, at: datetime, action: str, union: Union, subject: str, subject_id: object, **detail: object
) -> None:
    """One line at the union."""
    audit.record(
        actor=actor,
        at=at,
        action=action,
        subject=subject,
        subject_id=subject_id,
        place=access.place_of(union),
        detail=detail,
    )
