"""Ending one's own sessions."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from zhijia.accounts import sessions
from zhijia.accounts.models import Session
from zhijia.accounts.services import standing
from zhijia.audit import services as audit
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou


def end_session(*, actor: Actor, at: datetime, session_id: int) -> None:
    """End this session of the actor's own account; somebody else's is not found (NotForYou)."""
    if actor.user_id is None:
        raise NotForYou("not_for_you", _("Log in first."))
    ended, _kinds = Session.objects.filter(pk=session_id, user_id=actor.user_id).delete()
    if not ended:
        raise NotForYou("not_found", _("There is no such session."))
    audit.record(
        actor=actor,
        at=at,
        action="session.end",
        subject="accounts_session",
        subject_id=session_id,
        place=standing.own(actor),
    )


def end_others(*, actor: Actor, at: datetime, kept: str) -> None:
    """End every session of the actor's own account but the one with this key."""
    if actor.user_id is None:
        raise NotForYou("not_for_you", _("Log in first."))
    ended = sessions.end_all(actor.user_id, but=kept)
    audit.record(
        actor=actor,
        at=at,
        action="session.end_others",
        subject="accounts_user",
        subject_id=actor.user_id,
        place=standing.own(actor),
        detail={"sessions": ended},
    )
