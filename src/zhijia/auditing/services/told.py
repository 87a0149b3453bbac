"""What is done about an audit, on the trail, and who is told of it."""

from collections.abc import Mapping
from datetime import datetime

from zhijia.audit import services as audit
from zhijia.audit.services import Place
from zhijia.auditing.models import Engagement
from zhijia.kernel.actors import Actor
from zhijia.notices import services as notices
from zhijia.registry import access
from zhijia.registry.models import Union
from zhijia.registry.queries.grants import holders

SUBJECT = "audit_engagement"


def trail(
    actor: Actor,
    at: datetime,
    action: str,
    engagement: Engagement,
    detail: Mapping[str, object] | None = None,
    reason: str = "",
    using: str = "default",
) -> None:
    """A line of the trail about an audit, where the audited union stands."""
    audit.record(
        actor=actor,
        at=at,
        action=action,
        subject=SUBJECT,
        subject_id=engagement.pk,
        place=Place(engagement.union_id, engagement.county_id),
        detail={"number": engagement.number, **(detail or {})},
        reason=reason,
        using=using,
    )


def of_union(actor: Actor, at: datetime, action: str, union: Union, detail: Mapping[str, object]) -> None:
    """A line of the trail about what a committee set out to do."""
    audit.record(
        actor=actor,
        at=at,
        action=action,
        subject="audit_plan",
        subject_id=union.pk,
        place=access.place_of(union),
        detail=detail,
    )


def tell(
    actor: Actor,
    at: datetime,
    kind: str,
    engagement: Engagement,
    values: Mapping[str, object],
    *,
    union_id: int,
    permission: str,
    link: str,
    using: str = "default",
) -> None:
    """Tell whoever holds the permission at this union about the audit."""
    audited = Union.objects.values_list("name", flat=True).get(pk=engagement.union_id)
    for user_id in holders([union_id], permission, at, using).get(union_id, ()):
        notices.send(
            actor=actor,
            at=at,
            to_user=user_id,
            kind=kind,
            values={"union": audited, "number": engagement.number, **values},
            link=link,
            reason="audit",
        )
