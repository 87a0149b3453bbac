"""A form posted with every column the server owns changes nothing but the answers."""

from typing import Any
from uuid import uuid4

import pytest
from django.db.models import ForeignKey
from django.urls import reverse

from zhijia.matters import models
from zhijia.matters.models import Answer, Case, Decision, Step
from zhijia.matters.services import deciding
from zhijia.matters.tests.test_member_pages import TYPED, browser, started
from zhijia.matters.tests.world import asked, here
from zhijia.registry.tests.world import AT, World

TABLES = [table for table in vars(models).values() if isinstance(table, type) and hasattr(table, "_meta")]
COLUMNS = sorted(
    {
        name
        for table in TABLES
        if not table._meta.abstract
        for field in table._meta.concrete_fields
        for name in ((field.name, field.attname) if isinstance(field, ForeignKey) else (field.name,))
    }
)
HOSTILE = {
    "text": "granted",
    "number": "999999999",
    "moment": "2020-01-01T00:00:00Z",
    "id": str(uuid4()),
    "truth": "true",
}


def _row(row: Any) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_draft_takes_its_answers_alone(world: World, kind: str) -> None:
    client, case = started(world)
    before = _row(case)
    posted = dict.fromkeys(COLUMNS, HOSTILE[kind]) | TYPED
    client.post(reverse("matters:form", args=[case.pk]), posted)
    world.act("member")
    case.refresh_from_db()
    after = _row(case)
    assert {name for name in after if after[name] != before[name]} <= {"changed_at"}
    assert set(Answer.objects.filter(case=case).values_list("name", flat=True)) == {"sum", "why", "ill"}


@pytest.mark.parametrize("kind", HOSTILE)
def test_handing_in_takes_the_key_alone(world: World, kind: str) -> None:
    client, case = started(world)
    client.post(reverse("matters:form", args=[case.pk]), TYPED)
    posted = dict.fromkeys(COLUMNS, HOSTILE[kind]) | {"once": str(uuid4())}
    client.post(reverse("matters:check", args=[case.pk]), posted)
    world.act("member")
    case.refresh_from_db()
    assert (case.state, case.amount, case.union_id) == (Case.State.OPEN, 120_000, world.unions["factory"].pk)
    assert (case.person_id, case.user_id, case.flags) == (
        world.actors["member"].person_id, world.actors["member"].user_id, [],
    )  # fmt: skip
    step = Step.objects.get(case=case)
    assert (step.code, step.seat_id, step.taker_id, step.state) == ("union", case.union_id, None, "active")


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.parametrize("page", ["withdraw", "appeal", "take_over", "open_up"])
def test_what_is_done_with_a_request_takes_its_reason_alone(world: World, kind: str, page: str) -> None:
    case = asked(world)
    if page == "appeal":
        deciding.refuse(actor=world.act("factory"), at=AT, step_id=here(case).pk, reason="本年度已补助")
        world.act("member")
        case.refresh_from_db()
    before = _row(case)
    posted = dict.fromkeys(COLUMNS, HOSTILE[kind]) | {"reason": "情况有变化"}
    browser(world, "member").post(reverse(f"matters:{page}", args=[case.pk]), posted)
    world.act("member")
    case.refresh_from_db()
    after = _row(case)
    changed = {name for name in after if after[name] != before[name]}
    assert changed <= ({"state", "changed_at", "closed_at"} if page == "withdraw" else {"changed_at"})
    assert case.state == {"withdraw": "withdrawn", "appeal": "refused"}.get(page, "open")


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_decision_takes_what_is_decided_alone(world: World, kind: str) -> None:
    case = asked(world)
    step = here(case)
    posted = {name: HOSTILE[kind] for name in COLUMNS if name not in {"amount", "reason"}}
    said = {"step": str(step.pk), "answer": "approve", "reason": "符合", "amount": "1200"}
    browser(world, "factory").post(reverse("matters:decide", args=[case.pk]), posted | said)
    world.act("factory")
    (decision,) = Decision.objects.filter(case=case)
    assert (decision.by_user_id, decision.verdict, decision.amount) == (
        world.actors["factory"].user_id, "approve", 120_000,
    )  # fmt: skip
    assert decision.at > AT
    case.refresh_from_db()
    assert (case.amount, here(case).code) == (120_000, "county")
