"""What one sees of one's own account, and what an auditor sees of those of staff."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from zhijia.accounts.models import ApiToken, Session, User
from zhijia.catalogue import codes
from zhijia.kernel import days
from zhijia.kernel.actors import Actor


@dataclass(frozen=True, slots=True)
class OwnSession:
    """One browser that is logged in."""

    id: int
    device: str
    address: str
    since: datetime
    seen_at: datetime
    is_this: bool


@dataclass(frozen=True, slots=True)
class OwnToken:
    """One token for a program; its text is not known to us."""

    id: int
    name: str
    scopes: list[str]
    expires_at: datetime
    used_at: datetime | None


def living_tokens(actor: Actor, at: datetime) -> QuerySet[ApiToken]:
    """The actor's tokens that open something."""
    if actor.user_id is None:
        return ApiToken.objects.none()
    return ApiToken.objects.filter(user_id=actor.user_id, revoked_at__isnull=True, expires_at__gt=at)


def own_tokens(actor: Actor, at: datetime) -> list[OwnToken]:
    """The actor's tokens that open something, the newest first, with their scopes in words."""
    return [
        OwnToken(
            token.pk,
            token.name,
            [codes.label("permissions", scope) for scope in token.scopes],
            token.expires_at,
            token.used_at,
        )
        for token in living_tokens(actor, at).order_by("-created_at")
    ]


def own_sessions(actor: Actor, this_key_hash: str) -> list[OwnSession]:
    """The actor's living sessions, the one used last first."""
    if actor.user_id is None:
        return []
    rows = Session.objects.filter(user_id=actor.user_id, expires_at__gt=days.now()).order_by("-seen_at")
    return [
        OwnSession(
            row.pk, row.device, row.address, row.created_at, row.seen_at, row.key_hash == this_key_hash
        )
        for row in rows[:100]
    ]


def staff_logins(user_ids: Iterable[int | None]) -> dict[int, str]:
    """The log-in names of those of these accounts that are staff's, in one query; a member's is not told."""
    wanted = {user_id for user_id in user_ids if user_id is not None}
    return dict(User.objects.filter(pk__in=wanted, staff=True).values_list("pk", "login"))
