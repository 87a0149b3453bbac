"""Reading a case as an officer: each look is on the trail, and the applicant reads of it."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from zhijia.audit import services as audit
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou
from zhijia.matters.models import Case
from zhijia.matters.services import asking, moving
from zhijia.vault import services as vault


def look(*, actor: Actor, at: datetime, case: Case) -> None:
    """Write that the actor opened the file."""
    audit.record(
        actor=actor,
        at=at,
        action="case.look",
        subject="case",
        subject_id=case.pk,
        place=moving.place_of(case),
    )


def reveal(*, actor: Actor, at: datetime, case: Case, answer_id: UUID, reason: str) -> str:
    """One sealed answer of a case the actor has found, in clear. The vault asks for step-up and writes the look. Raises
    NotForYou for an answer of another case, as for none."""
    if not case.answers.filter(pk=answer_id, value=True).exists():
        raise NotForYou("no_such_answer", _("There is no such answer in this request."))
    return vault.reveal(actor, asking.VALUE, answer_id, reason=reason, at=at)
