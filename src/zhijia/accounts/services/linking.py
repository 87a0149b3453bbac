"""Linking one's account with a province's single sign-on."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from zhijia.accounts.services import standing
from zhijia.audit import services as audit
from zhijia.audit.services import NOWHERE
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NeedsStepUp, NotForYou, Refusal
from zhijia.vault import services as vault


def require_may_link(actor: Actor) -> int:
    """The account that is being linked; its owner has proved again who they are (S-06)."""
    if actor.user_id is None:
        raise NotForYou("not_for_you", _("Log in first."))
    if not actor.stepped_up:
        raise NeedsStepUp("step_up", _("Give your password once more."))
    return actor.user_id


def link(*, actor: Actor, at: datetime, subject: str) -> None:
    """Seal the issuer's subject for the actor's account. Refuses ("sso_taken") one that another account
    has."""
    user_id = require_may_link(actor)
    try:
        with transaction.atomic():
            vault.seal("accounts_user.sso", user_id, subject, place=NOWHERE, at=at)
    except IntegrityError as error:
        raise Refusal(
            "sso_taken", _("This single sign-on is linked with another account already.")
        ) from error
    audit.record(
        actor=actor,
        at=at,
        action="sso.link",
        subject="accounts_user",
        subject_id=user_id,
        place=standing.own(actor),
    )
