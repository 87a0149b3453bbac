"""Asking a rule of the register: why it says so of one person, and who it holds for below a union."""

from dataclasses import dataclass
from datetime import date, datetime
from time import perf_counter
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from zhijia.audit import services as audit
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.registry import access
from zhijia.registry.models import Person, Union
from zhijia.registry.queries import people
from zhijia.rules import finding, ir, judging
from zhijia.rules.explaining import Explanation
from zhijia.rules.finding import Place, Scope
from zhijia.rules.schema import declared
from zhijia.rules.types import Kind

PERSON = "person"


@dataclass(frozen=True, slots=True)
class Found:
    """For how many the rule holds below a union, the keys of the first of them, and how long it took in seconds."""

    count: int
    first: tuple[Any, ...]
    seconds: float


def why(*, actor: Actor, at: datetime, rule: ir.Rule, person_id: UUID, on: date) -> Explanation:
    """Why the rule says so of one person on a day; the look goes on the trail. Raises NotForYou for somebody the actor
    may not see, as for nobody, Refusal for a rule that is not about persons and for a day that has passed."""
    _not_past(on, at)
    if rule.subject != PERSON:
        label = declared.entity(rule.subject).label
        raise Refusal(
            "not_about_people", _("This rule is about %(what)s, not about a person.") % {"what": label}
        )
    person = people.find(actor, person_id)
    told = judging.asked_of(rule, person_id, on=on) if person else None
    if person is None or told is None:
        raise NotForYou("not_found", _("There is no such person, or you may not see them."))
    audit.record(
        actor=_by_grant(actor, person),
        at=at,
        action="person.look",
        subject=PERSON,
        subject_id=person.pk,
        place=audit.Place(person.union_id, person.county_id, person.pk),
        detail={"fields": _fields(rule)},
    )
    return told


def who(*, actor: Actor, at: datetime, rule: ir.Rule, union: Union, on: date, rows: int) -> Found:
    """Who the rule holds for at a union and below it, as far as the actor may see; the look goes on the trail.
    Raises NotForYou without the right to see members there, Refusal for a rule that is no condition on rows below a
    union and for a day that has passed."""
    _not_past(on, at)
    if rule.root.type.kind is not Kind.BOOL or not declared.entity(rule.subject).within:
        raise Refusal(
            "not_to_be_found",
            _("This rule is no condition on what lies below a union: nobody is found by it."),
        )
    actor = access.require(actor, "membership.view", union.pk)
    place, scope = Place(), Scope(union=union.pk)
    began = perf_counter()
    count = finding.count(rule, scope=scope, on=on, place=place)
    first = finding.find(rule, scope=scope, on=on, rows=rows, place=place)
    seconds = perf_counter() - began
    audit.record(
        actor=actor,
        at=at,
        action="rule.look",
        subject="rule",
        subject_id=union.pk,
        place=access.place_of(union),
        detail={"fields": _fields(rule), "count": count},
    )
    return Found(count, tuple(first), seconds)


def _not_past(on: date, at: datetime) -> None:
    """What the register holds is what holds now; asked of an earlier day, it would be mixed with what was then."""
    if on < days.business_day(at):
        raise Refusal(
            "past_day",
            _(
                "A rule is asked of today or a later day. The register keeps what holds now, so that an earlier day"
                " would mix what was with what is."
            ),
        )


def _fields(rule: ir.Rule) -> list[str]:
    return sorted(f"{entity}.{name}" for entity, name in ir.uses(rule))


def _by_grant(actor: Actor, person: Person) -> Actor:
    """By the grant that lets the actor see the person; none where it is the person themselves."""
    return actor if actor.person_id == person.pk else access.require(actor, "person.view", person.union_id)
