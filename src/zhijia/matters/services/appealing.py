"""Objecting to an answer: the same request once more, decided from the union above the one that answered on."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from zhijia.audit import services as audit
from zhijia.catalogue.matter_rules import Matter
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.kernel.ids import new_id
from zhijia.matters import at_hand, clocks, seats
from zhijia.matters.models import Answer, Case, Decision, Linked
from zhijia.matters.services import asking, copying, handing_in, listed, moving, outcomes, versions
from zhijia.registry.models import Union

REASON = "_objection"
"""Under which name among the answers it stands why somebody objects; no question can be called so."""
LONGEST = 1000
ANSWERS = {
    Case.State.REFUSED.value: (Decision.Verdict.REFUSE,),
    Case.State.GRANTED.value: (Decision.Verdict.APPROVE, Decision.Verdict.NOBODY),
}
"""How a case can have been answered, and the verdicts that say so."""


def until(case: Case, matter: Matter) -> clocks.Due | None:
    """By when an answer can be objected to; none where it cannot: it is none the matter lets be objected to, is one to
    an objection itself, was objected to already, or the matter knows no objection."""
    if case.appeals_id or matter.appeal is None or case.closed_at is None:
        return None
    if case.state not in matter.appeal.after:
        return None
    if Case.objects.filter(appeals=case).exists():
        return None
    division = Union.objects.values_list("division", flat=True).get(pk=case.union_id)
    return clocks.due(matter.appeal, since=case.closed_at, division=division)


def is_open(case: Case, matter: Matter, at: datetime) -> bool:
    """Whether the answer can be objected to now."""
    last = until(case, matter)
    return last is not None and (last.at is None or at < last.at)


def appeal(*, actor: Actor, at: datetime, case_id: UUID, key: UUID, reason: str) -> Case:
    """Object to the answer to one's own case, once, within the limit its definition sets. The objection keeps version
    and answers and begins at the union above the one that answered. The same form (`key`) posted again answers the
    objection that stands."""
    case = asking.own(actor, case_id, None, at=at)
    standing = Case.objects.filter(appeals=case, posted_key=key).first()
    if standing is not None:
        return standing
    matter = versions.definition(case.version)
    if not is_open(case, matter, at):
        raise Refusal(
            "no_objection_now",
            _("This answer cannot be objected to, or not any more. Ask again, or call 12351."),
        )
    if not reason.strip():
        raise Refusal(
            "reason_missing", _("Say why you object, so that the union above knows what to look at.")
        )
    begins = _above_who_answered(case)
    objection = Case.objects.create(
        id=new_id(),
        version=case.version,
        code=case.code,
        person_id=case.person_id,
        user_id=case.user_id,
        desk_user_id=case.desk_user_id,
        shown_name=case.shown_name,
        sealed=case.sealed,
        asking_union_id=case.asking_union_id,
        asking_employer_id=case.asking_employer_id,
        hands=case.hands,
        **_sees_on(case),
        union_id=begins.pk,
        county_id=begins.stands_in,
        appeals=case,
        flags=["objection"],
        made_at=at,
        changed_at=at,
    )
    at_hand.take(objection.pk)
    listed.copy(case, objection)
    _copy_answers(case, objection, reason.strip()[:LONGEST], at)
    Linked.objects.create(case=objection, to=case, why=str(_("Objection to this answer")))
    audit.record(
        actor=actor,
        at=at,
        action="case.appeal",
        subject="case",
        subject_id=objection.pk,
        place=moving.place_of(objection),
        detail={"to": str(case.pk)},
    )
    outcomes.take_along(objection, matter, at)
    return handing_in.hand_in(actor=actor, at=at, case=objection, matter=matter, key=key)


def _sees_on(case: Case) -> dict[str, int | None]:
    """An officer who asked for a member at a desk, or the union that asked, below the union that hears the objection,
    sees on."""
    if case.asking_union_id is not None and not case.sealed:
        return {"other_union_id": case.asking_union_id}
    if case.desk_user_id is None or case.sealed:
        return {}
    return {"other_union_id": case.union_id, "other_county_id": case.county_id}


def _above_who_answered(case: Case) -> Union:
    answers = case.decisions.filter(verdict__in=ANSWERS[case.state])
    said = answers.select_related("step").order_by("-pk").first()
    seat = said.step.seat_id if said is not None else case.union_id
    return seats.above(Union.objects.get(pk=seat))


def _copy_answers(case: Case, objection: Case, reason: str, at: datetime) -> None:
    """What was answered then, sealed answers sealed anew, and why somebody objects."""
    form = versions.definition(case.version).form
    Answer.objects.create(id=new_id(), case=objection, name=REASON, value=reason)
    copying.answers(case, objection, sealed={question.name: question.sealed for question in form}, at=at)
