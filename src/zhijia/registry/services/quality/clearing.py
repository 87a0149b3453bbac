"""What an officer does about what was found, for a page of rows at once: set a field, take it from the identity number,
accept it as right, or ask the members themselves."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import F
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from zhijia.audit import services as audit
from zhijia.catalogue import fields, parameters, quality
from zhijia.kernel import codes, days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.notices import services as notices
from zhijia.registry import access
from zhijia.registry.models import Person, QualityIssue, QualityTally, Union
from zhijia.registry.models.quality import WAITING
from zhijia.vault import services as vault

State = QualityIssue.State


def set_field(*, actor: Actor, at: datetime, rule: str, issue_ids: Sequence[int], value: str) -> int:
    """Write one value into the rule's field for everybody chosen: how many. The field is one the rule names."""
    chosen = _rule(rule, "set")
    actor, issues = _held(actor, at, rule, issue_ids)
    today = days.business_day(at)
    stored = fields.checked(chosen.field, value, day=today)
    people = list(Person.objects.select_for_update().filter(pk__in=_people(issues)).order_by("pk"))
    for person in people:
        setattr(person, chosen.field, stored)
        person.sources[chosen.field] = ["officer", today.isoformat()]
        person.changed_at = at
    Person.objects.bulk_update(people, [chosen.field, "sources", "changed_at"])
    _close(actor, at, issues, State.CLEARED)
    _trail(actor, at, "quality.set", issues, field=chosen.field)
    return len(issues)


def take_from_number(*, actor: Actor, at: datetime, rule: str, issue_ids: Sequence[int]) -> int:
    """Birth date and sex as the identity number has them, which nobody is shown: how many. People without a
    resident's number are left out."""
    _rule(rule, "from_number")
    actor, issues = _held(actor, at, rule, issue_ids)
    today = days.business_day(at).isoformat()
    known = Person.objects.select_for_update().filter(pk__in=_people(issues), id_type="111").order_by("pk")
    people = list(known)
    numbers = vault.read_many_inside(
        "registry_person.id_number", [person.pk for person in people], using="default"
    )
    mended = []
    for person in people:
        number = numbers.get(person.pk, "")
        if codes.resident_id_error(number):
            continue
        parts = codes.resident_id_parts(number)
        person.birth_date, person.sex = parts.birth_date, parts.sex
        person.sources |= {"birth_date": ["number", today], "sex": ["number", today]}
        person.changed_at = at
        mended.append(person)
    Person.objects.bulk_update(mended, ["birth_date", "sex", "sources", "changed_at"])
    done = {person.pk for person in mended}
    issues = [issue for issue in issues if issue.person_id in done]
    _close(actor, at, issues, State.CLEARED)
    _trail(actor, at, "quality.take_from_number", issues)
    return len(issues)


def accept(*, actor: Actor, at: datetime, rule: str, issue_ids: Sequence[int], reason: str) -> int:
    """It looks wrong and is right: leave it, and say why. It is not found again while it stays as it is."""
    _rule(rule, "accept")
    actor, issues = _held(actor, at, rule, issue_ids)
    if not reason.strip():
        raise Refusal("reason_missing_accept", _("Say why it is right as it is."))
    _close(actor, at, issues, State.ACCEPTED, reason.strip()[:200])
    _trail(actor, at, "quality.accept", issues, reason=reason.strip()[:200])
    return len(issues)


def ask(*, actor: Actor, at: datetime, rule: str, issue_ids: Sequence[int]) -> int:
    """Ask the members themselves, one message each however much is asked about them: how many. Their answer on their
    own page closes it."""
    _rule(rule, "ask")
    actor, issues = _held(actor, at, rule, issue_ids)
    fresh = [issue for issue in issues if issue.state == State.OPEN]
    waiting = set(
        QualityIssue.objects.filter(person_id__in=_people(fresh), state=State.ASKED).values_list(
            "person_id", flat=True
        )
    )
    QualityIssue.objects.filter(pk__in=[issue.pk for issue in fresh]).update(state=State.ASKED, asked_at=at)
    unions = Union.objects.in_bulk({issue.union_id for issue in fresh})
    for issue in fresh:
        if issue.person_id not in waiting:
            notices.send(
                actor=actor,
                at=at,
                to_person=issue.person_id,
                kind="please_check_your_data",
                values={"union": unions[issue.union_id].name},
                link="registry:my_data",
                reason="quality",
            )
    _trail(actor, at, "quality.ask", fresh)
    return len(fresh)


def _rule(code: str, remedy: str) -> quality.QualityRule:
    rule = quality.get(code)
    if remedy not in rule.remedies:
        raise Refusal("no_such_remedy", _("This cannot be mended in this way."))
    return rule


def _held(
    actor: Actor, at: datetime, rule: str, issue_ids: Sequence[int]
) -> tuple[Actor, list[QualityIssue]]:
    """The waiting issues of this rule among those chosen, held; the actor may mend each. Nobody mends their own."""
    most = parameters.value("quality.most_asked_at_once", day=days.business_day(at))
    if len(issue_ids) > most:
        raise Refusal("too_many_at_once", _("At most %(most)s at once.") % {"most": most})
    found = QualityIssue.objects.select_for_update().filter(
        pk__in=list(issue_ids), rule=rule, state__in=WAITING
    )
    issues = list(found.order_by("pk"))
    if not issues:
        raise NotForYou("no_such_issue", _("There is nothing of this at your union any more."))
    if actor.person_id is not None and actor.person_id in {issue.person_id for issue in issues}:
        raise Refusal("own_data", _("Nobody mends their own data here. Ask a colleague."))
    by = actor
    for union_id in {issue.union_id for issue in issues}:
        by = access.require(actor, "quality.mend", union_id)
    return by, issues


def _people(issues: Sequence[QualityIssue]) -> list[UUID]:
    return [issue.person_id for issue in issues if issue.person_id is not None]


def _close(actor: Actor, at: datetime, issues: Sequence[QualityIssue], state: str, reason: str = "") -> None:
    QualityIssue.objects.filter(pk__in=[issue.pk for issue in issues]).update(
        state=state, closed_at=at, closed_by=actor.user_id, reason=reason
    )
    lighten(issues)


def lighten(issues: Sequence[QualityIssue]) -> None:
    """These issues wait no longer: the figures of their unions say so at once; the next check adds them up anew."""
    for union_id in sorted({issue.union_id for issue in issues}):
        mine = [issue for issue in issues if issue.union_id == union_id]
        weight = sum(quality.get(issue.rule).weight for issue in mine)
        QualityTally.objects.filter(pk=union_id).update(
            lost=Greatest(0, F("lost") - weight), waiting=Greatest(0, F("waiting") - len(mine))
        )


def _trail(actor: Actor, at: datetime, action: str, issues: Sequence[QualityIssue], **detail: object) -> None:
    """One line for each person: whoever asks what was done with their data finds it."""
    for issue in issues:
        audit.record(
            actor=actor,
            at=at,
            action=action,
            subject="quality_issue",
            subject_id=issue.pk,
            place=audit.Place(issue.union_id, issue.county_id, issue.person_id),
            detail={"rule": issue.rule, **detail},
        )
