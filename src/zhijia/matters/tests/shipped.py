"""The one way through a shipped matter in the test world: handed in, and each step done by whoever sits there."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from uuid import uuid4

from zhijia.catalogue.matter_rules import Matter
from zhijia.catalogue.models import Division
from zhijia.kernel.actors import Actor
from zhijia.matters import at_hand, signers
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
from zhijia.matters.tests.world import here
from zhijia.registry.tests.world import AT, World

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
VISITOR = Actor(None, "page", "visitor")
OFFICERS = ("factory", "luyang", "luyang-second", "city", "city-second", "province")
"""From below to above: the lowest who may decides."""


def _nothing(_world: World, _case: Case) -> None:
    """Nothing more is to be seen."""


@dataclass(frozen=True)
class Tale:
    """Who asks (for their `union`, or at the one `named`) with which answers, what is answered at which step, and what
    is to be seen in the end."""

    typed: Mapping[str, Any]
    asker: str = "member"
    union: str = ""
    named: str = ""
    at_steps: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    before: Callable[[World], None] = lambda world: None
    seen: Callable[[World, Case], None] = _nothing
    refusable: bool = True
    lines: Sequence[Mapping[str, Any]] = ()


def handed_in(world: World, code: str, tale: Tale) -> Case:
    """The request, handed in as people would."""
    Division.objects.get_or_create(
        code="340103000000", defaults={"name": "庐阳区", "level": 3, "parent": "340100000000"}
    )
    tale.before(world)
    actor = world.act(tale.asker)
    for_union = world.unions[tale.union] if tale.union else None
    union = world.unions[tale.named] if tale.named else None
    case = asking.start(actor=actor, at=AT, code=code, for_union=for_union, union=union)
    _answer(world, case, tale, tale.typed, "")
    for row in tale.lines:
        rosters.add(actor=world.act(tale.asker), at=AT, case_id=case.pk, line_id=uuid4(), typed=row)
    return handing_in.submit(actor=world.act(tale.asker), at=AT, case_id=case.pk, key=uuid4())


def through(world: World, case: Case, matter: Matter, tale: Tale) -> None:
    """Every step is done by whoever sits there, until the case has ended; of several items in one go each."""
    for part in versions.parts_of(case):
        through(world, part, versions.definition(part.version), tale)
    for _step in range(20):
        case.refresh_from_db()
        if case.closed_at is not None:
            return
        _one(world, case, matter, tale)
    raise AssertionError(f"{case.code} never ends")


def refused(world: World, case: Case, matter: Matter, tale: Tale) -> None:
    """The first step at which it can be refused refuses it; of several items in one go each."""
    for part in versions.parts_of(case):
        refused(world, part, versions.definition(part.version), tale)
    if matter.items:
        return
    for _step in range(20):
        step = here(case)
        if "refuse" in matter.step(step.code).ways:
            actor = _officer(world, case, matter, step)
            deciding.refuse(actor=actor, at=AT, step_id=step.pk, reason="材料与事实不符")
            return
        _one(world, case, matter, tale)
    raise AssertionError(f"{case.code} can never be refused")


def _one(world: World, case: Case, matter: Matter, tale: Tale) -> None:
    world.act("province")
    step = here(case)
    rule = matter.step(step.code)
    said = tale.at_steps.get(step.code, {})
    if rule.does == "report":
        _answer(world, case, tale, said, step.code)
        handing_in.complete(actor=world.act(tale.asker), at=AT, case_id=case.pk)
    elif rule.does == "notice":
        at_hand.take(case.pk)
        moving.close(step, Step.State.DONE, AT)
        moving.go_on(actor=world.actors["province"], at=AT, case=case, matter=matter)
    elif rule.does == "serve":
        actor = _officer(world, case, matter, step)
        token = serving.serve(actor=actor, at=AT, step_id=step.pk, party_name="晨光机械有限公司")
        serving.answer(actor=VISITOR, at=AT, token=token, text="已收到，将依法办理。")
    elif rule.signs == "all":
        for user_id in signers.all_signers(rule.permission, step.seat_id):
            actor = next(one for one in world.actors.values() if one.user_id == user_id)
            deciding.approve(actor=_become(world, actor), at=AT, step_id=step.pk, typed=said)
    else:
        actor = _officer(world, case, matter, step)
        deciding.approve(actor=actor, at=AT, step_id=step.pk, typed=said)


def _answer(world: World, case: Case, tale: Tale, typed: Mapping[str, Any], part: str) -> None:
    asking.keep(actor=world.act(tale.asker), at=AT, case_id=case.pk, typed=typed)
    add_papers(world, case, tale.asker, part)


def add_papers(world: World, case: Case, asker: str, part: str) -> None:
    """The documents this part of the form needs."""
    actor = world.act(asker)
    for material in versions.of(case, at=AT).materials:
        if material.required and material.at == part:
            materials.add(
                actor=actor, at=AT, case_id=case.pk, code=material.code, content=BytesIO(PDF), name="a.pdf"
            )


def _officer(world: World, case: Case, matter: Matter, step: Step) -> Actor:
    """The lowest who may sign there and did not ask."""
    asks = signers.who_asks(case)
    for name in OFFICERS:
        actor = world.actors[name]
        may = signers.may_sign(actor.user_id or 0, matter.step(step.code).permission, step.seat_id)
        if may and actor.user_id not in asks:
            return world.act(name)
    raise AssertionError(f"nobody sits at {step.code}")


def _become(world: World, actor: Actor) -> Actor:
    return world.act(next(name for name, one in world.actors.items() if one == actor))
