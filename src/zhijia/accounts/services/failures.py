"""A proof that was wrong: counted, put on the trail, and the account rests after too many (S-03)."""

from datetime import datetime

from zhijia.accounts.models import User
from zhijia.accounts.services import attempts, standing
from zhijia.audit import services as audit
from zhijia.kernel.actors import Actor


def count(
    *, actor: Actor, at: datetime, account: str, user: User | None, action: str, way: str, locked: bool
) -> None:
    """One more failure of the account with this key; a locked one is only written down, so that its rest ends."""
    subject_id = user.pk if user is not None else "unknown"
    place = standing.of_account(actor, user)
    audit.record(
        actor=actor,
        at=at,
        action=action,
        subject="accounts_user",
        subject_id=subject_id,
        place=place,
        detail={"way": way, "locked": locked},
    )
    if not locked and attempts.fail(account, at):
        audit.record(
            actor=actor,
            at=at,
            action="login.lock",
            subject="accounts_user",
            subject_id=subject_id,
            place=place,
        )
