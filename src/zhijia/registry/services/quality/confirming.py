"""A member answers what the union asked about them: it is right as it is (PI-04)."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from zhijia.audit import services as audit
from zhijia.catalogue import fields, quality
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.registry.models import Person, QualityIssue
from zhijia.registry.services.quality.clearing import lighten

State = QualityIssue.State


def confirm_own(*, actor: Actor, at: datetime, issue_id: int) -> QualityIssue:
    """What the union asked about is right: the question is answered, and the field was confirmed by its owner today.
    Answered already, it stays so. A missing value cannot be confirmed: it has to be added."""
    if actor.person_id is None:
        raise Refusal("not_in_the_register", _("You are not in the register yet. Join a union first."))
    person = Person.objects.select_for_update().filter(pk=actor.person_id).first()
    issue = (
        QualityIssue.objects.select_for_update()
        .filter(pk=issue_id, person_id=actor.person_id)
        .exclude(state=State.OPEN)
        .first()
    )
    if person is None or issue is None:
        raise Refusal("nothing_asked", _("Your union asks nothing of you here any more."))
    if issue.state != State.ASKED:
        return issue
    rule = quality.get(issue.rule)
    if rule.group == "filled":
        raise Refusal("add_it", _("This is missing. Please add it; your union confirms it."))
    fresh = rule.group == "fresh"
    for field in fields.all():
        if field.element == rule.element:
            person.sources[field.code] = ["member", days.business_day(at).isoformat()]
    person.changed_at = at
    person.save(update_fields=["sources", "changed_at"])
    issue.state = State.CLEARED if fresh else State.ACCEPTED
    issue.closed_at, issue.closed_by, issue.reason = at, actor.user_id, "member"
    issue.save(update_fields=["state", "closed_at", "closed_by", "reason"])
    lighten([issue])
    audit.record(
        actor=actor,
        at=at,
        action="quality.confirm",
        subject="quality_issue",
        subject_id=issue.pk,
        place=audit.Place(issue.union_id, issue.county_id, person.pk),
        detail={"rule": issue.rule},
    )
    return issue
