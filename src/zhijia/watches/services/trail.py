"""What befell the clues of a watch all at once, on the trail: how many, never whose."""

from datetime import datetime

from zhijia.audit import services as audit
from zhijia.kernel import actors


def tell(action: str, watch: str, many: int, *, at: datetime) -> None:
    """A line on the trail, in the running transaction of `bulk`; none where nothing befell any."""
    if many:
        audit.record(
            actor=actors.system("watches"),
            at=at,
            action=action,
            subject="watch",
            subject_id=watch,
            detail={"clues": many},
            using="bulk",
        )
