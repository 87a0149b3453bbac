"""Asking for something: a draft that waits on the server until it is handed in (`handing_in.py`)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhijia.catalogue.matter_rules import Question
from zhijia.files import services as files
from zhijia.kernel import days, rows
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.kernel.ids import new_id
from zhijia.matters import answers, at_hand
from zhijia.matters.models import Answer, Case
from zhijia.matters.services import beginning, holding, known, lacking, moving, parts, presence, versions
from zhijia.registry import access
from zhijia.registry.models import Union
from zhijia.vault import services as vault

VALUE = lacking.VALUE
KEPT = "…"
"""What stands in the open where what was typed lies sealed."""
LONGEST = 20_000
"""How much of what cannot be taken is kept as it was typed."""


@dataclass(frozen=True, eq=False)
class _Read:
    """What was typed into one question: its value, or the sentence why it cannot be taken."""

    question: Question
    value: Any
    words: Any
    typed: Any

    @property
    def as_typed(self) -> str:
        """What is kept as it was typed, because it cannot be taken."""
        if self.words is None:
            return ""
        typed = "、".join(map(str, self.typed)) if isinstance(self.typed, list) else str(self.typed)
        return answers.plain(typed)[:LONGEST]

    @property
    def text(self) -> str:
        """What is sealed, of a question whose answers are."""
        return self.as_typed or ("" if self.value is None else str(self.value))


def start(
    *,
    actor: Actor,
    at: datetime,
    code: str,
    union: Union | None = None,
    person_id: UUID | None = None,
    for_union: Union | None = None,
    for_employer: int | None = None,
    beside: int | None = None,
    heard_at: Union | None = None,
) -> Case:
    """A draft of this matter, or the one that waits already. A member asks at their own union; somebody who is no
    member names one; an officer (`matter.desk`) names the person at their desk, or the union they ask for; whoever acts
    for an employer names that. Of what a union is asked about an employer it covers (`beside`), whoever acts for that
    one goes on with it as well. `heard_at` is the union that hears it, wherever the person is a member (objections)."""
    if actor.user_id is None:
        raise NotForYou("log_in_first", _("Log in with your phone first."))
    asker = actor.user_id
    version = versions.in_force(code, at=at, day=days.business_day(at))
    matter = versions.definition(version)
    desk = person_id is not None and person_id != actor.person_id
    body = None
    if for_union is not None:
        body = beginning.union_that_asks(actor, matter, for_union, beside, at)
    elif for_employer is not None:
        body = beginning.employer_that_asks(actor, matter, for_employer, at)
    asks_for = beginning.asker_of(None if body else person_id or actor.person_id)
    person = asks_for.person
    begins = body.begins if body else heard_at or beginning.begins_at(matter, person, union)
    if desk:
        access.require(actor, "matter.desk", begins.pk)
    who = (
        body.who
        if body
        else "officer_for_member"
        if desk
        else "member"
        if asks_for.is_member
        else "non_member"
    )
    if who not in matter.who and not (who == "officer_for_member" and "member" in matter.who):
        raise Refusal(
            "matter_not_for_you",
            _("This can be asked for by %(who)s only.") % {"who": beginning.for_whom(matter)},
        )
    asks = {"user_id": None if desk else asker, "desk_user_id": asker if desk else None}
    rows.run("SELECT FROM accounts_user WHERE id = %s FOR UPDATE", [asker])
    if matter.one_at_a_time:
        going = Case.objects.filter(code=code, state__in=(Case.State.OPEN, Case.State.PAUSED), **asks).first()
        if going is not None:
            return going
    whose = Q(person_id=person.pk if person else None)
    if matter.one_at_a_time:  # also the one they began before the register knew them
        whose |= Q(person_id=None)
    drafts = Case.objects.filter(whose, code=code, state=Case.State.DRAFT, **asks)
    drafts = drafts.filter(
        asking_union_id=body.union_id if body else None, asking_employer_id=body.employer_id if body else None
    )
    waiting = drafts.select_for_update().first()
    if waiting is not None:
        if person is not None and waiting.person_id is None:
            waiting.person_id, waiting.shown_name = person.pk, person.name
            waiting.save(update_fields=["person_id", "shown_name"])
        if matter.begins == "named" and waiting.union_id != begins.pk:
            _take_to(waiting, begins, at)
        return waiting
    case = Case(
        id=new_id(),
        version=version,
        code=code,
        person_id=person.pk if person else None,
        shown_name=body.name[:60] if body else person.name if person else "",
        union_id=begins.pk,
        county_id=begins.stands_in,
        sealed=matter.against_employer,
        asking_union_id=body.union_id if body else None,
        asking_employer_id=body.employer_id if body else None,
        made_at=at,
        changed_at=at,
        **asks,
    )
    return rows.insert(case)


def _take_to(draft: Case, union: Union, at: datetime) -> None:
    """A draft goes along to another union that was named, with what is sealed in it."""
    draft.union_id, draft.county_id = union.pk, union.stands_in
    draft.save(update_fields=["union_id", "county_id"])
    for answer in draft.answers.all():
        if answer.value is True and vault.masked(VALUE, answer.pk):
            value = vault.read_inside(VALUE, answer.pk)
            vault.seal(VALUE, answer.pk, value, place=moving.place_of(draft), at=at, user_id=draft.user_id)


def keep(*, actor: Actor, at: datetime, case_id: UUID, typed: Mapping[str, Any]) -> Case:
    """Keep what was typed into a draft, or into a case that waits for its applicant: what cannot be taken as it was
    typed. Fields the definition does not ask are not looked at. Raises NotComplete after keeping all."""
    case = own(actor, case_id, {Case.State.DRAFT, Case.State.PAUSED}, at=at)
    matter = versions.of(case, at=at)
    part, read = lacking.part_of(case, matter), []
    for question in matter.form:
        if question.newcomers and case.person_id is not None:
            continue
        if question.name in typed and question.at == part and question.is_typed:
            value, words = answers.read(question, typed[question.name], known=known.known(at))
            read.append(_Read(question, value, words, typed[question.name]))
    _store(case, read, at)
    wrong = [answers.Wrong(one.question.name, one.words) for one in read if one.words is not None]
    case.changed_at = at
    rows.change(case, "changed_at")
    if wrong:
        raise lacking.NotComplete(tuple(wrong))
    return case


def take_over(*, actor: Actor, at: datetime, case_id: UUID) -> Case:
    """The member goes on themselves with what an officer typed in for them at a desk."""
    parts.hold(case_id)
    return own(actor, case_id, None, at=at)


def discard(*, actor: Actor, at: datetime, case_id: UUID) -> None:
    """Throw a draft away, with what was typed into it and the files that went along."""
    case = own(actor, case_id, {Case.State.DRAFT}, at=at)
    vault.remove(VALUE, list(case.answers.values_list("pk", flat=True)))
    for file_id in case.materials.values_list("file_id", flat=True):
        files.remove(actor=actor, at=at, file_id=file_id)
    case.delete()


def _store(case: Case, read: Sequence[_Read], at: datetime) -> None:
    """Keep what was read, in place of what stood there: the open part of all in one statement."""
    there = dict(case.answers.values_list("name", "pk"))
    rows = {
        one: Answer(id=there.get(one.question.name) or new_id(), case=case, name=one.question.name)
        for one in read
    }
    for one, answer in rows.items():
        sealed = one.question.sealed
        answer.value = True if sealed and one.value is not None else one.value
        answer.typed = KEPT if sealed and one.as_typed else one.as_typed
    Answer.objects.bulk_create(
        rows.values(), update_conflicts=True, unique_fields=["case", "name"], update_fields=["value", "typed"]
    )
    for one, answer in rows.items():
        if one.question.sealed and one.text:
            vault.seal(VALUE, answer.pk, one.text, place=moving.place_of(case), at=at, user_id=case.user_id)


def own(actor: Actor, case_id: UUID, states: set[Case.State] | None, *, at: datetime | None) -> Case:
    """The case, locked, when the actor asked for it, or typed it in for somebody at a desk who is there (without `at`
    nothing is done in their name), or goes on with what their union or employer asked for."""
    case = holding.case(case_id)
    mine = (
        case is not None and actor.user_id is not None and actor.user_id in {case.user_id, case.desk_user_id}
    )
    if case is not None and case.of_a_body:
        mine = beginning.goes_on(actor, case)
    if case is None or not (mine or (actor.person_id and case.person_id == actor.person_id)):
        raise NotForYou("no_such_case", _("There is no such request of yours."))
    if states is not None and case.state not in states:
        raise Refusal("case_moved_on", _("This request has moved on meanwhile. Nothing was changed."))
    at_hand.take(case.pk)
    if at is not None:
        presence.require(actor, case, at)
        _had_a_hand(actor, case)
    return case


def _had_a_hand(actor: Actor, case: Case) -> None:
    """Who went on with what their union or employer asked for is written down: none of them decides it."""
    if case.of_a_body and actor.user_id not in {case.user_id, *case.hands}:
        case.hands = [*case.hands, actor.user_id]
        case.save(update_fields=["hands"])
