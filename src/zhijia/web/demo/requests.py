"""What members of the officer's union have asked for, at several steps, some of it late. Through the services, on the
days before the load."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from io import BytesIO
from itertools import cycle
from typing import Any
from uuid import uuid4

from PIL import Image

from zhijia.accounts.models import User
from zhijia.catalogue.matter_rules import Matter
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import acting
from zhijia.matters import flow, signers
from zhijia.matters.models import Case, Step
from zhijia.matters.services import (
    asking,
    deciding,
    handing_in,
    materials,
    moving,
    rosters,
    serving,
    versions,
)
from zhijia.registry import access
from zhijia.registry.models import Membership, Union
from zhijia.web.demo.logins import MEMBER, OFFICER, PROVINCE, REVIEWER, make_member, workers, workplace
from zhijia.web.demo.words import words

PEOPLE = 9
AMONG = 60
DAY = timedelta(days=1)
PAPER = (700, 990)


def make_requests(*, at: datetime) -> None:
    """Hand them in and answer them as far as each has come, once. In the caller's transaction."""
    told = words("requests")
    if Case.objects.using("bulk").filter(code=told["cases"][0]["matter"]).exists():
        return
    officers = [_actor(login) for login in (OFFICER, REVIEWER, PROVINCE)]
    people = cycle(_people(at))
    for kept in told["cases"]:
        asked_at = at - DAY * kept["ago"]
        asker = _actor(kept["by"]) if "by" in kept else next(people)
        case_id = _asked(asker, kept, told, asked_at)
        for step in range(kept["agreed"]):
            _decide(officers, case_id, min(at, asked_at + DAY * (step + 1)), "approve", told)
        if kept.get("then"):
            last = min(at, asked_at + DAY * (kept["agreed"] + 1))
            _decide(officers, case_id, last, kept["then"], told)


def _people(at: datetime) -> list[Actor]:
    """The demo's member, and some of the same union who have no account yet."""
    found = workers(workplace(), AMONG)
    taken = set(
        User.objects.using("bulk")
        .filter(person_id__in=[person.pk for person in found])
        .values_list("person_id", flat=True)
    )
    fresh = [person for person in found if person.pk not in taken][: PEOPLE - 1]
    user = User.objects.get(login=MEMBER)
    first = Actor(user.pk, "demo", "demo-requests", person_id=user.person_id)
    return [first, *(make_member(person=person, at=at - DAY * 70) for person in fresh)]


def _asked(actor: Actor, kept: Mapping[str, Any], told: Mapping[str, Any], at: datetime) -> Any:
    with acting(actor):
        union = access.unions_granted(actor, "matter.desk")[0] if "by" in kept else None
        case = asking.start(actor=actor, at=at, code=kept["matter"], for_union=union)
        _fill(actor, case, told["answers"][kept["matter"]], "", at)
        _list(actor, case, kept.get("lines", 0), told["lines"], at)
        return handing_in.submit(actor=actor, at=at, case_id=case.pk, key=uuid4()).pk


def _fill(actor: Actor, case: Case, typed: Mapping[str, Any], part: str, at: datetime) -> None:
    """The answers of this part of the form, and the documents it needs."""
    here = {"HERE": Union.objects.values_list("division", flat=True).get(pk=case.union_id)}
    here["YESTERDAY"] = (at - DAY).date().isoformat()
    filled = {
        name: here.get(value, value) if isinstance(value, str) else value for name, value in typed.items()
    }
    asking.keep(actor=actor, at=at, case_id=case.pk, typed=filled)
    for material in versions.definition(case.version).materials:
        if material.required and material.at == part:
            materials.add(
                actor=actor,
                at=at,
                case_id=case.pk,
                code=material.code,
                content=_paper(),
                name=f"{material.code}.jpg",
            )


def _list(actor: Actor, case: Case, many: int, lines: Sequence[Mapping[str, str]], at: datetime) -> None:
    """So many members of the union on the case's roster, for these reasons in turn."""
    people = workers(Union.objects.get(pk=case.union_id), many) if many else []
    numbers = Membership.objects.filter(person_id__in=[person.pk for person in people], valid_to=None)
    for number, said in zip(numbers.values_list("member_number", flat=True), cycle(lines), strict=False):
        rosters.add(actor=actor, at=at, case_id=case.pk, line_id=uuid4(), typed={**said, "who": number})


def _decide(officers: list[Actor], case_id: Any, at: datetime, what: str, told: Mapping[str, Any]) -> None:
    """Whoever decides where the case is says so; a case that has ended is left alone."""
    said = told["said"]
    with acting(officers[-1]):
        case = Case.objects.select_related("version").get(pk=case_id)
        matter = versions.definition(case.version)
        step = case.steps.filter(state=Step.State.ACTIVE).first()
        back = flow.returnable(matter, moving.path(case)) if step else ()
    if step is None:
        return
    if what == "withdraw":
        applicant = Actor(case.user_id, "demo", "demo-requests", person_id=case.person_id)
        with acting(applicant):
            handing_in.withdraw(actor=applicant, at=at, case_id=case_id)
        return
    with acting(officers[-1]):
        actor = _whose(officers, matter, step, case)
    typed = told["at_steps"].get(case.code, {}).get(step.code, {})
    rule = matter.step(step.code)
    with acting(actor):
        match what:
            case "approve" if rule.serving is not None:
                party = rule.serving.party
                employer = told["answers"][case.code].get("employer") if party == "employer" else None
                name = employer or told["parties"][party]
                token = serving.serve(actor=actor, at=at, step_id=step.pk, party_name=name)
                serving.answer(actor=actor, at=at, token=token, text=told["replies"])
            case "approve":
                deciding.approve(actor=actor, at=at, step_id=step.pk, typed=typed)
            case "refuse":
                deciding.refuse(actor=actor, at=at, step_id=step.pk, reason=said["refuse"])
            case "pause":
                deciding.ask_for_more(actor=actor, at=at, step_id=step.pk, reason=said["pause"])
            case "return":
                deciding.send_back(
                    actor=actor, at=at, step_id=step.pk, to=back[0].code, reason=said["return"]
                )


def _whose(officers: list[Actor], matter: Matter, step: Step, case: Case) -> Actor:
    """The lowest of the officers who may sign there and did not ask."""
    permission = matter.step(step.code).permission
    return next(
        officer
        for officer in officers
        if officer.user_id
        and officer.user_id != case.user_id
        and signers.may_sign(officer.user_id, permission, step.seat_id)
    )


def _paper() -> BytesIO:
    """A sheet that stands for a document: nobody's."""
    kept = BytesIO()
    Image.new("RGB", PAPER, (246, 244, 238)).save(kept, "JPEG")
    kept.seek(0)
    return kept


def _actor(login: str) -> Actor:
    return Actor(User.objects.get(login=login).pk, "demo", "demo-requests", stepped_up=True)
