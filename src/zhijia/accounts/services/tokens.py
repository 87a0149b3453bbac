"""Personal tokens for programs: shown once, kept as a digest, held to scopes, ended at once when revoked
(S-04)."""

import base64
import hashlib
from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.crypto import salted_hmac
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
    *, actor: Actor, at: datetime, name: str, scopes: Collection[str], days_valid: int, once: UUID
) -> tuple[ApiToken, str]:
    """A new token of the actor's own account, and its text, which is not kept. Needs step-up (S-06).
    The same `once` again is the same token, for as long as it lives: two clicks show one text.
    Refuses no scope, an unknown one, a life beyond `accounts.token_max_days` and more than
    `accounts.tokens_per_user`.
    """
    if actor.user_id is None:
        raise NotForYou("not_for_you", _("Log in first."))
    if not actor.stepped_up:
        raise NeedsStepUp("step_up", _("Give your password once more."))
    day = days.business_day(at)
    User.objects.select_for_update().get(pk=actor.user_id)
    clear = HEAD + _text(actor.user_id, once)
    made = queries.living_tokens(actor, at).filter(digest=_digest(clear)).first()
    if made is not None:
        return made, clear
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
    """The token opens nothing from now on; one that has ended stays so. Somebody else's is not found (NotForYou)."""
    if actor.user_id is None or not ApiToken.objects.filter(pk=token_id, user_id=actor.user_id).exists():
        raise NotForYou("not_found", _("There is no such token."))
    if not queries.living_tokens(actor, at).filter(pk=token_id).update(revoked_at=at):
        return
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


def _text(user_id: int, once: UUID) -> str:
    """256 bits nobody guesses: from what the form was given at random, and a key of ours."""
    drawn = salted_hmac("zhijia.accounts.token", f"{user_id}:{once}", algorithm="sha256").digest()
    return base64.urlsafe_b64encode(drawn).decode().rstrip("=")


def _digest(clear: str) -> str:
    return hashlib.sha256(clear.encode()).hexdigest()
