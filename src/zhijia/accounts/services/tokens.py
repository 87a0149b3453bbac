"""Personal tokens for programs: shown once, kept as a digest, held to scopes, ended at once when revoked
(S-04)."""

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from zhijia.accounts import queries
from zhijia.accounts.models import ApiToken, User
from zhijia.accounts.services import standing
from zhijia.audit import services as audit
from zhijia.catalogue import codes, parameters
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NeedsStepUp, NotForYou, Refusal

HEAD = "zj_"


def make(
    *, actor: Actor, at: datetime, name: str, scopes: Collection[str], days_valid: int
) -> tuple[ApiToken, str]:
    """A new token of the actor's own account, and its text, which is not kept. Needs step-up (S-06).
    Refuses no scope, an unknown one, a life beyond `accounts.token_max_days` and more than
    `accounts.tokens_per_user`.
    """
    if actor.user_id is None:
        raise NotForYou("not_for_you", _("Log in first."))
    if not actor.stepped_up:
        raise NeedsStepUp("step_up", _("Give your password once more."))
    day = days.business_day(at)
    User.objects.select_for_update().get(pk=actor.user_id)
    most = parameters.value("accounts.tokens_per_user", day=day)
    if queries.living_tokens(actor, at).count() >= most:
        raise Refusal(
            "token_count",
            _("You have %(most)d tokens already. Revoke one you no longer need.") % {"most": most},
        )
    longest = parameters.value("accounts.token_max_days", day=day)
    if not 1 <= days_valid <= longest:
        raise Refusal("token_days", _("A token lives for 1 to %(longest)d days.") % {"longest": longest})
    if not scopes or not all(codes.holds("permissions", scope, day) for scope in scopes):
        raise Refusal("token_scopes", _("Choose what the token may do."))
    clear = HEAD + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user_id=actor.user_id,
        name=name.strip()[:60],
        digest=_digest(clear),
        scopes=sorted(set(scopes)),
        created_at=at,
        expires_at=at + timedelta(days=days_valid),
    )
    audit.record(
        actor=actor,
        at=at,
        action="token.make",
        subject="accounts_api_token",
        subject_id=token.pk,
        place=standing.own(actor),
        detail={"scopes": token.scopes, "days": days_valid},
    )
    return token, clear


def revoke(*, actor: Actor, at: datetime, token_id: int) -> None:
    """The token opens nothing from now on. Somebody else's is not found (NotForYou)."""
    ended = queries.living_tokens(actor, at).filter(pk=token_id).update(revoked_at=at)
    if not ended:
        raise NotForYou("not_found", _("There is no such token."))
    audit.record(
        actor=actor,
        at=at,
        action="token.revoke",
        subject="accounts_api_token",
        subject_id=token_id,
        place=standing.own(actor),
    )


def find(clear: str, at: datetime) -> ApiToken | None:
    """The living token with this text, of an open account; None for anything else."""
    if not clear.startswith(HEAD):
        return None
    token = (
        ApiToken.objects.select_related("user")
        .filter(digest=_digest(clear), revoked_at__isnull=True, expires_at__gt=at, user__is_active=True)
        .first()
    )
    if token is not None and (token.used_at is None or at - token.used_at > timedelta(minutes=1)):
        ApiToken.objects.filter(pk=token.pk).update(used_at=at)
    return token


def _digest(clear: str) -> str:
    return hashlib.sha256(clear.encode()).hexdigest()
