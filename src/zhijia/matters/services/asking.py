"""Asking for something: a draft that waits on the server, handed in once, completed when asked, taken back."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from zhijia.accounts.models import User
from zhijia.audit import services as audit
from zhijia.catalogue.matter_rules import Matter, Question
from zhijia.files import services as files
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.kernel.ids import new_id
from zhijia.matters import answers, clocks, seats
from zhijia.matters.models import Answer, Case, Decision, Material, Step
from zhijia.matters.services import flagging, grounds, known, moving, noticing, outcomes, versions
from zhijia.registry import access
from zhijia.registry.models import Membership, Person, Union
from zhijia.vault import services as vault

VALUE = "matters_answer.value"


class NotComplete(Exception):
    """The form cannot be handed in or kept so: which questions, and why. What can be kept was kept."""

    def __init__(self, wrong: tuple[answers.Wrong, ...]) -> None:
        super().__init__()
        self.wrong = wrong


def start(
    *,
    actor: Actor,
    at: datetime,
    code: str,
    union: Union | None = None,
    person_id: UUID | None = None,
    for_union: Union | None = None,
    heard_at: Union | None = None,
) -> Case:
    """A draft of this matter, or the one that waits already. A member asks at their own union; somebody who is no
    member names one; an officer (`matter.desk`) names the person at their desk, or the union they ask for.
    `heard_at` is the union that hears it, wherever the person is a member (an objection)."""
    if actor.user_id is None:
        raise NotForYou("log_in_first", _("Log in with your phone first."))
    asker = actor.user_id
    version = versions.in_force(code, at=at, day=days.business_day(at))
    matter = versions.definition(version)
    desk = person_id is not None and person_id != actor.person_id
    person = None if for_union else _person(actor, person_id or actor.person_id)
    begins = heard_at or _begins(matter, person, for_union or union)
    if desk or for_union:
        access.require(actor, "matter.desk", for_union.pk if for_union else begins.pk)
    who = (
        "union"
        if for_union
        else "officer_for_member"
        if desk
        else "member"
        if _is_member(person)
        else "non_member"
    )
    if who not in matter.who and not (who == "officer_for_member" and "member" in matter.who):
        raise Refusal(
            "matter_not_for_you", _("This can be asked for by %(who)s only.") % {"who": _who(matter)}
        )
    asks = {"user_id": None if desk else asker, "desk_user_id": asker if desk else None}
    User.objects.select_for_update().get(pk=asker)
    drafts = Case.objects.filter(
        code=code, state=Case.State.DRAFT, person_id=person.pk if person else None, **asks
    )
    if for_union:
        drafts = drafts.filter(union_id=begins.pk)
    waiting = drafts.select_for_update().first()
    if waiting is not None:
        return waiting
    case = Case.objects.create(
        id=new_id(),
        version=version,
        code=code,
        person_id=person.pk if person else None,
        shown_name=for_union.name[:60] if for_union else person.name if person else "",
        union_id=begins.pk,
        county_id=begins.stands_in,
        sealed=matter.against_employer,
        made_at=at,
        changed_at=at,
        **asks,
    )
    return case


def keep(*, actor: Actor, at: datetime, case_id: UUID, typed: Mapping[str, Any]) -> Case:
    """Keep what was typed into a draft, or into a case that waits for its applicant. Fields the definition does not
    ask are not looked at. Raises NotComplete after keeping the rest."""
    case = own(actor, case_id, {Case.State.DRAFT, Case.State.PAUSED})
    matter = versions.definition(case.version)
    wrong = []
    for question in matter.form:
        if question.name in typed:
            value, words = answers.read(question, typed[question.name], known=known.known(actor, at))
            if words is not None:
                wrong.append(answers.Wrong(question.name, words))
            else:
                _store(case, question, value, at)
    case.changed_at = at
    case.save(update_fields=["changed_at"])
    if wrong:
        raise NotComplete(tuple(wrong))
    return case


def submit(*, actor: Actor, at: datetime, case_id: UUID, key: UUID) -> Case:
    """Hand the draft in: once, however often the same form (`key`) arrives. Raises NotComplete with what is missing."""
    case = own(actor, case_id, None)
    if case.posted_key == key:
        return case
    if case.state != Case.State.DRAFT:
        raise Refusal("handed_in_already", _("This request has been handed in already. Nothing was changed."))
    matter = _as_it_is_now(case, at)
    _complete(case, matter, at)
    outcomes.check_ready(case, matter, at)
    return hand_in(actor=actor, at=at, case=case, matter=matter, key=key)


def _as_it_is_now(case: Case, at: datetime) -> Matter:
    """The draft under the version in force today and at the union its person is at today. Raises Refusal for somebody
    who was a member when they began and is none any more."""
    case.version = versions.in_force(case.code, at=at, day=days.business_day(at))
    matter = versions.definition(case.version)
    if case.person_id is not None:
        if not _is_member(Person(pk=case.person_id)) and "non_member" not in matter.who:
            raise Refusal(
                "matter_not_for_you", _("This can be asked for by %(who)s only.") % {"who": _who(matter)}
            )
        if not case.links.exists():
            begins = _begins(matter, Person.objects.get(pk=case.person_id), None)
            case.union_id, case.county_id = begins.pk, begins.stands_in
    case.sealed = matter.against_employer
    case.save(update_fields=["version", "union_id", "county_id", "sealed"])
    return matter


def hand_in(*, actor: Actor, at: datetime, case: Case, matter: Matter, key: UUID) -> Case:
    """The draft, locked and complete, becomes a case: it has a number, its facts are written, its first step opens."""
    case.posted_key, case.state, case.number = key, Case.State.OPEN, _number(case, at)
    case.opened_at = case.changed_at = at
    case.amount = _amount(case, matter)
    case.save(update_fields=["posted_key", "state", "number", "opened_at", "changed_at", "amount"])
    audit.record(
        actor=actor,
        at=at,
        action="case.open",
        subject="case",
        subject_id=case.pk,
        place=moving.place_of(case),
    )
    flagging.at_submit(case, matter, at)
    moving.tell_facts(case, matter, "opened", at)
    moving.begin(actor=actor, at=at, case=case, matter=matter)
    return case


def complete(*, actor: Actor, at: datetime, case_id: UUID) -> Case:
    """The applicant has added what was missing: the step goes on, its due day moved by the time they took (CLK-03).
    The sum does not rise above what was asked, or agreed to, before."""
    case = own(actor, case_id, {Case.State.PAUSED})
    matter = versions.definition(case.version)
    _complete(case, matter, at)
    step = case.steps.select_for_update().get(state=Step.State.PAUSED)
    if not noticing.agreed(case, matter, step):
        raise Refusal("agree_first", noticing.asks_first(matter, step))
    paused = at - step.paused_at if step.paused_at else timedelta()
    step.paused_seconds += int(paused.total_seconds())
    if step.due_at:
        division = Union.objects.values_list("division", flat=True).get(pk=step.seat_id)
        due = clocks.after_pause(step.due_at, paused=paused, division=division)
        step.due_at, step.due_unknown = due.at, due.unknown
    step.state, step.paused_at = Step.State.ACTIVE, None
    step.save(update_fields=["state", "paused_at", "paused_seconds", "due_at", "due_unknown"])
    if matter.step(step.code).notice is not None:
        noticing.hang(at=at, case=case, matter=matter, step=step)
    asked_now = _amount(case, matter)
    if case.amount is not None and asked_now is not None:
        asked_now = min(case.amount, asked_now)
    case.state, case.changed_at, case.amount = Case.State.OPEN, at, asked_now
    case.save(update_fields=["state", "changed_at", "amount"])
    audit.record(
        actor=actor,
        at=at,
        action="case.complete",
        subject="case",
        subject_id=case.pk,
        place=moving.place_of(case),
    )
    return case


def withdraw(*, actor: Actor, at: datetime, case_id: UUID, reason: str = "") -> Case:
    """The applicant takes the request back while it is open."""
    case = own(actor, case_id, {Case.State.OPEN, Case.State.PAUSED})
    matter = versions.definition(case.version)
    step = case.steps.filter(state__in=moving.HERE).first()
    if step is not None:
        Decision.objects.create(
            case=case,
            step=step,
            by_user_id=actor.user_id,
            verdict=Decision.Verdict.WITHDRAW,
            reason=reason.strip(),
            at=at,
        )
    moving.end(actor=actor, at=at, case=case, matter=matter, state=Case.State.WITHDRAWN)
    return case


def discard(*, actor: Actor, at: datetime, case_id: UUID) -> None:
    """Throw a draft away, with what was typed into it and the files that went along."""
    case = own(actor, case_id, {Case.State.DRAFT})
    vault.remove(VALUE, list(case.answers.values_list("pk", flat=True)))
    for file_id in case.materials.values_list("file_id", flat=True):
        files.remove(actor=actor, at=at, file_id=file_id)
    case.delete()


def asked(matter: Matter, values: Mapping[str, Any], *, at: datetime, division: str) -> set[str]:
    """The questions that are asked, given the answers so far: those whose condition does not say no."""
    row = grounds.row_of(matter, values)
    day = days.business_day(at)
    return {
        question.name
        for question in matter.form
        if not question.when
        or grounds.holds(matter, question.when, row, day=day, division=division) is not False
    }


def _complete(case: Case, matter: Matter, at: datetime) -> None:
    """Raises NotComplete when a required answer or material is missing."""
    values = values_of(case)
    division = Union.objects.values_list("division", flat=True).get(pk=case.union_id)
    needed = asked(matter, values, at=at, division=division)
    wrong = answers.missing(matter, values, lambda question: question.name in needed)
    wrong += _materials_missing(case, matter, values, at, division)
    if wrong:
        raise NotComplete(tuple(wrong))


def _materials_missing(
    case: Case, matter: Matter, values: Mapping[str, Any], at: datetime, division: str
) -> list[answers.Wrong]:
    row, day = grounds.row_of(matter, values), days.business_day(at)
    there = set(
        Material.objects.filter(case_id__in=[case.pk, case.appeals_id]).values_list("code", flat=True)
    )
    return [
        answers.Wrong(material.code, _("Add: %(material)s.") % {"material": material.label})
        for material in matter.materials
        if material.required
        and material.code not in there
        and (
            not material.when
            or grounds.holds(matter, material.when, row, day=day, division=division) is not False
        )
    ]


def values_of(case: Case) -> dict[str, Any]:
    """The answers of a case by question; a sealed one is True where it was given."""
    return {answer.name: answer.value for answer in case.answers.all()}


def _store(case: Case, question: Question, value: Any, at: datetime) -> None:
    answer, _made = Answer.objects.get_or_create(case=case, name=question.name, defaults={"id": new_id()})
    if question.sealed and value is not None:
        vault.seal(VALUE, answer.pk, str(value), place=moving.place_of(case), at=at, user_id=case.user_id)
    answer.value = True if question.sealed and value is not None else value
    answer.save(update_fields=["value"])


def own(actor: Actor, case_id: UUID, states: set[Case.State] | None) -> Case:
    """The case, locked, when the actor asked for it or typed it in for somebody at a desk."""
    case = Case.objects.select_for_update(of=("self",)).select_related("version").filter(pk=case_id).first()
    mine = (
        case is not None and actor.user_id is not None and actor.user_id in {case.user_id, case.desk_user_id}
    )
    if case is None or not (mine or (actor.person_id and case.person_id == actor.person_id)):
        raise NotForYou("no_such_case", _("There is no such request of yours."))
    if states is not None and case.state not in states:
        raise Refusal("case_moved_on", _("This request has moved on meanwhile. Nothing was changed."))
    return case


def _person(actor: Actor, person_id: UUID | None) -> Person | None:
    person = Person.objects.filter(pk=person_id).first() if person_id else None
    if person_id and person is None:
        raise NotForYou("no_such_person", _("There is no such member at your union."))
    return person


def _is_member(person: Person | None) -> bool:
    """Whether the person has a membership today, active or retained."""
    return (
        person is not None and Membership.objects.filter(person_id=person.pk, valid_to__isnull=True).exists()
    )


def _begins(matter: Matter, person: Person | None, union: Union | None) -> Union:
    """The union a case begins at: the person's own, or the one that was named."""
    if person is not None and person.union_id is not None:
        union = Union.objects.get(pk=person.union_id)
    if union is None:
        raise Refusal("choose_a_union", _("Choose the union you ask."))
    if matter.against_employer:
        return seats.above(union)
    return union


def _who(matter: Matter) -> str:
    words = {
        "member": _("members"),
        "non_member": _("people who are no members yet"),
        "officer_for_member": _("officers, for a member"),
        "union": _("unions"),
    }
    return "、".join(str(words[who]) for who in matter.who)


def _amount(case: Case, matter: Matter) -> int | None:
    """What is asked for, in fen: the answer the definition names."""
    if not matter.amount:
        return None
    value = values_of(case).get(matter.amount)
    return value if isinstance(value, int) else None


def _number(case: Case, at: datetime) -> str:
    """A number to say on the phone: the division, the day, and a count that never comes back."""
    division = Union.objects.values_list("division", flat=True).get(pk=case.union_id)
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('matters_case_number')")
        (count,) = cursor.fetchone()
    return f"{division[:4]}-{days.business_day(at):%y%m%d}-{count:05d}"
