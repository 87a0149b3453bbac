"""What time does: late steps go up or pass, steps after closing open on their day, due days follow the calendar."""

import shutil
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.test import override_settings

from zhijia.audit.models import Entry
from zhijia.catalogue import parameters, working_days
from zhijia.catalogue.matter_rules import Matter
from zhijia.kernel import context
from zhijia.kernel.actors import Actor, system
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.matters import at_hand as hand
from zhijia.matters.at_hand import at_hand
from zhijia.matters.models import Case, Decision, Step
from zhijia.matters.services import asking, deciding, handing_in, late, moving
from zhijia.matters.tests.kept import at_once, world_of
from zhijia.matters.tests.world import aid, asked, here
from zhijia.notices.models import Message
from zhijia.registry.tests.world import AT, World

LONG_AFTER = AT + timedelta(days=40)
MONTHS = {"parameter": "test.after", "unit": "months"}


def _matter(*, check: bool = False, **first: Any) -> dict[str, Any]:
    """The test matter whose first step says this too; with a step after closing."""
    matter = aid()
    if check:
        matter["steps"].append(
            matter["steps"][0] | {"code": "check", "does": "verify", "after_months": MONTHS}
        )
    matter["steps"][0] |= first
    return matter


@pytest.fixture
def matter(request: pytest.FixtureRequest) -> dict[str, Any]:
    return _matter(**getattr(request, "param", {}))


@pytest.fixture
def kept(committed: None, tmp_path: Path, matter: dict[str, Any]) -> Iterator[World]:
    (tmp_path / "parameters").mkdir()
    after = {
        "code": "test.after",
        "label": {"en": "Months", "zh": "月"},
        "version": 1,
        "type": "whole",
        "unit": "months",
        "values": [{"from": "2020-01-01", "value": 1, "source": "test", "confidence": "D"}],
    }
    (tmp_path / "parameters" / "test.after.yaml").write_text(yaml.safe_dump(after), encoding="utf-8")
    with world_of(tmp_path, matter) as world:
        yield world


def _asked(kept: World) -> tuple[Case, Step]:
    with context.acting(kept.actors["member"]):
        case = asked(kept)
        return case, here(case)


def _seen(kept: World, of: Case) -> Case:
    """The case as its applicant sees it now."""
    with context.acting(kept.actors["member"]):
        return Case.objects.get(pk=of.pk)


def _step(kept: World, step_id: int) -> Step:
    with context.acting(kept.actors["member"]):
        return Step.objects.get(pk=step_id)


def _told(user: Actor, kind: str) -> int:
    with context.acting(user):
        return Message.objects.filter(kind=kind, user_id=user.user_id).count()


def test_a_late_step_is_taken_up_by_the_union_above_which_is_told_once(kept: World) -> None:
    case, step = _asked(kept)
    assert step.due_at is not None
    assert late.take_up(at=step.due_at - timedelta(seconds=1)) == 0
    assert late.take_up(at=step.due_at) == 1
    assert late.take_up(at=LONG_AFTER) == 0
    step = _step(kept, step.pk)
    unions = kept.unions
    assert (step.seat_id, step.from_seat_id, step.state) == (
        unions["luyang"].pk,
        unions["factory"].pk,
        "active",
    )
    assert _seen(kept, case).flags == ["late"]
    assert _told(kept.actors["luyang"], "case_late") == 1
    assert _told(kept.actors["member"], "case_moved") == 1
    with context.acting(kept.actors["factory"]), pytest.raises(NotForYou):
        deciding.approve(actor=kept.actors["factory"], at=LONG_AFTER, step_id=step.pk)
    with context.acting(kept.actors["luyang"]):
        deciding.approve(actor=kept.actors["luyang"], at=LONG_AFTER, step_id=step.pk)
    assert _seen(kept, case).state == "granted"


def test_a_late_step_taken_up_at_once_by_several_is_taken_up_once(kept: World) -> None:
    _case, step = _asked(kept)
    assert sum(at_once(*[lambda: late.take_up(at=LONG_AFTER)] * 8)) == 1
    assert _told(kept.actors["luyang"], "case_late") == 1
    assert _step(kept, step.pk).from_seat_id == kept.unions["factory"].pk


def test_a_job_killed_in_the_middle_goes_on_with_the_rest(kept: World, monkeypatch: Any) -> None:
    first, one = _asked(kept)
    second, two = _asked(kept)
    assert first.pk != second.pk

    def killed(**_named: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(late.telling, "late", killed)
        with pytest.raises(KeyboardInterrupt):
            late.take_up(at=LONG_AFTER)
    assert [_step(kept, step.pk).from_seat_id for step in (one, two)] == [None, None]
    assert late.take_up(at=LONG_AFTER) == 2


@pytest.mark.parametrize("matter", [{"late": "pass"}], indirect=True)
def test_a_step_that_passes_when_late_is_marked_and_nobody_signed_it(kept: World) -> None:
    case, _first = _asked(kept)
    assert late.take_up(at=LONG_AFTER) == 1
    assert _seen(kept, case).flags == ["passed_late"]
    with context.acting(kept.actors["member"]):
        assert here(case).code == "county"
        assert list(Decision.objects.filter(case=case).values_list("verdict", "by_user_id")) == [
            ("nobody", None)
        ]
    with context.whole():
        said = Entry.objects.using("bulk").get(action="case.passed")
    assert (said.user_id, said.channel) == (None, "job")


def test_the_system_sees_the_one_case_at_hand_and_no_other(kept: World) -> None:
    case, _first = _asked(kept)
    other, _other = _asked(kept)
    with at_hand(system("test"), case.pk):
        assert list(Case.objects.values_list("pk", flat=True)) == [case.pk]
        assert not Step.objects.filter(case_id=other.pk).exists()
    with context.acting(system("test")):
        assert not Case.objects.exists()


@pytest.mark.parametrize("matter", [{"check": True}], indirect=True)
def test_a_step_after_closing_opens_on_its_day_and_does_not_close_the_case_again(kept: World) -> None:
    case, _first = _asked(kept)
    with context.acting(kept.actors["luyang"]):
        deciding.approve(actor=kept.actors["luyang"], at=AT, step_id=here(case).pk)
    with context.acting(kept.actors["member"]):
        check = Step.objects.get(case=case, state="later")
    assert check.due_at is not None
    assert late.take_up(at=check.due_at - timedelta(seconds=1)) == 0
    assert late.take_up(at=check.due_at) == 1
    opened = _step(kept, check.pk)
    assert (opened.state, opened.opened_at) == ("active", check.due_at)
    with context.acting(kept.actors["factory"]):
        actor = kept.actors["factory"]
        with pytest.raises(Refusal, check=lambda said: said.code == "not_at_this_step"):
            deciding.ask_for_more(actor=actor, at=LONG_AFTER, step_id=check.pk, reason="发票")
        deciding.refuse(actor=actor, at=LONG_AFTER, step_id=check.pk, reason="未按用途使用")
    seen = _seen(kept, case)
    assert (seen.state, seen.closed_at, seen.flags) == ("granted", AT, ["check_failed"])


def test_a_due_day_beyond_the_calendar_is_told_once_the_calendar_reaches(kept: World, tmp_path: Path) -> None:
    with context.acting(kept.actors["member"]):
        case = asking.start(actor=kept.actors["member"], at=AT, code="test.aid")
        asking.keep(
            actor=kept.actors["member"],
            at=AT,
            case_id=case.pk,
            typed={"sum": "10", "why": "家人住院", "ill": "no"},
        )
        newyear = datetime(2026, 12, 31, 2, tzinfo=AT.tzinfo)
        handing_in.submit(actor=kept.actors["member"], at=newyear, case_id=case.pk, key=case.pk)
        step = here(case)
    assert (step.due_at, step.due_unknown) == (None, True)
    assert late.fill_in(at=newyear) == 0
    announced = tmp_path.with_name(f"{tmp_path.name}-2027")
    shutil.copytree(tmp_path, announced)
    (announced / "working_days").mkdir()
    year = {"code": "2027", "version": 1, "source": "test", "confidence": "D", "days": []}
    (announced / "working_days" / "2027.yaml").write_text(yaml.safe_dump(year), encoding="utf-8")
    with override_settings(CATALOGUE_OVERLAY=str(announced)):
        assert late.fill_in(at=newyear) == 1
        assert late.fill_in(at=newyear) == 0
        count = parameters.value("membership.join_answer_days", day=date(2026, 12, 31))
        last = working_days.add(date(2026, 12, 31), count)
    told = _step(kept, step.pk)
    assert told.due_at is not None
    assert (told.due_unknown, (told.due_at - timedelta(seconds=1)).date()) == (False, last)


def test_the_clock_of_an_unknown_due_day_stands_still_too_while_the_applicant_adds(kept: World) -> None:
    _case, step = _asked(kept)
    with context.acting(kept.actors["member"]):
        hand.take(_case.pk)
        Step.objects.filter(pk=step.pk).update(due_at=None, due_unknown=True)
    with context.acting(kept.actors["factory"]):
        deciding.ask_for_more(actor=kept.actors["factory"], at=AT, step_id=step.pk, reason="发票")
    assert late.fill_in(at=AT) == 0
    with context.acting(kept.actors["member"]):
        handing_in.complete(actor=kept.actors["member"], at=AT + timedelta(days=2), case_id=_case.pk)
    assert late.fill_in(at=AT) == 1
    told = _step(kept, step.pk)
    assert (step.due_at, told.paused_seconds) != (None, 0)
    assert told.due_at is not None
    assert step.due_at is not None
    assert told.due_at >= step.due_at + timedelta(days=2)


@pytest.mark.parametrize("matter", [{"frozen": [{"from": "11-15", "to": "11-24"}]}], indirect=True)
def test_on_frozen_days_nobody_signs_and_the_clock_stands_still(kept: World) -> None:
    _case, step = _asked(kept)
    assert step.due_at is not None
    assert working_days.is_working((step.due_at - timedelta(seconds=1)).date())
    with (
        context.acting(kept.actors["factory"]),
        pytest.raises(Refusal, check=lambda said: said.code == "frozen"),
    ):
        deciding.approve(actor=kept.actors["factory"], at=AT, step_id=step.pk)
    with context.acting(kept.actors["factory"]):
        deciding.approve(actor=kept.actors["factory"], at=AT + timedelta(days=5), step_id=step.pk)
    rule = Matter.model_validate(aid()).steps[0]
    free = moving.due_of(rule, "active", since=AT, division="340103")
    assert free.at is not None
    assert step.due_at >= free.at + timedelta(days=4)
