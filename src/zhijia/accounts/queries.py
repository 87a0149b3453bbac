"""What one sees of one's own account."""

from dataclasses import dataclass
from datetime import datetime

from zhijia.accounts.models import Session
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
