"""People are told what becomes of their nomination."""

from datetime import datetime

from zhijia.appraisals.models.rounds import Nomination, Round
from zhijia.kernel.actors import Actor
from zhijia.notices import services as notices
from zhijia.registry.models import Union


def person(actor: Actor, at: datetime, row: Nomination, found: Round, kind: str) -> None:
    """Tell whoever is nominated, or where that is nobody, whoever nominated."""
    to = {"to_person": row.person_id} if row.person_id else {"to_user": row.user_id}
    union = Union.objects.values_list("name", flat=True).get(pk=found.union_id)
    notices.send(
        actor=actor,
        at=at,
        kind=kind,
        values={"union": union, "round": found.title},
        link=f"/rounds/entries/{row.pk}/",
        reason="round",
        **to,
    )
