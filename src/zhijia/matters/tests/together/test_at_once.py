"""Several at once over the parts of a whole, and a process that is killed."""

from pathlib import Path
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from zhijia.kernel import context
from zhijia.matters import verify
from zhijia.matters.models import Case
from zhijia.matters.services import asking, batching, deciding, handing_in, late
from zhijia.matters.tests.kept import at_once
from zhijia.matters.tests.together.world import CARD, TYPED, WHOLE, drafted, handed, matters, part
from zhijia.matters.tests.world import CODE, build_with_member, defined, here
from zhijia.registry.tests.world import AT, World, appoint, member


def test_two_batches_over_parts_of_the_same_wholes_both_come_to_an_end(kept: World) -> None:
    with context.acting(kept.actors["founder"]):
        appoint(kept, "factory", "grassroots_officer", "second")
        member(kept, "other", "factory", serial=43, called="李大嘴")
    pairs = []
    for who in ("member", "other"):
        with context.acting(kept.actors[who]) as actor:
            case = asking.start(actor=actor, at=AT, code=WHOLE)
            asking.keep(actor=actor, at=AT, case_id=case.pk, typed=TYPED)
            handing_in.submit(actor=actor, at=AT, case_id=case.pk, key=uuid4())
            pairs.append((here(part(case, CODE)).pk, here(part(case, CARD)).pk))
    (first, one), (second, two) = pairs
    meet = Barrier(2)

    def agree(who: str, steps: list[int]) -> list[bool]:
        with context.acting(kept.actors[who]) as actor:
            meet.wait(20)
            return [said.done for said in batching.approve_all(actor=actor, at=AT, step_ids=steps)]

    said = at_once(lambda: agree("factory", [one, second, first]), lambda: agree("second", [two, first, one]))
    assert [len(answers) for answers in said] == [3, 3]
    with context.acting(kept.actors["founder"]):
        assert verify.wholes_end_with_their_parts().differences == ()


def test_parts_are_worked_whole_by_whole_after_all_of_them_are_locked(world: World) -> None:
    first, second = handed(world), handed(world)
    parts = [part(case, code) for case in (second, first) for code in (CARD, CODE)]
    officer = world.act("factory")
    steps = [here(one).pk for one in parts]
    with CaptureQueriesContext(connection) as asked:
        said = batching.approve_all(actor=officer, at=AT, step_ids=steps)
    wholes = [str(one.case.part_of_id) for one in said]
    assert wholes == sorted(wholes)
    locks = [query["sql"] for query in asked if "FOR UPDATE" in (query["sql"] or "")]
    assert "ORDER BY 1 ASC FOR UPDATE" in locks[0]
    assert all(one.pk.hex in locks[0] for one in parts)


def test_the_last_two_parts_decided_at_once_end_the_whole_once(kept: World) -> None:
    with context.acting(kept.actors["member"]):
        case = handed(kept)
        card, help_ = here(part(case, CARD)).pk, here(part(case, CODE)).pk
    factory, luyang = kept.actors["factory"], kept.actors["luyang"]

    def refuse(actor: Any, step: int) -> str:
        with context.acting(actor):
            return deciding.refuse(actor=actor, at=AT, step_id=step, reason="材料不符").state

    assert at_once(lambda: refuse(factory, card), lambda: refuse(luyang, help_)) == ["refused", "refused"]
    with context.acting(kept.actors["member"]):
        case.refresh_from_db()
        assert case.state == "refused"
    assert verify.wholes_end_with_their_parts().differences == ()
    assert verify.cases_are_the_facts().differences == ()
    assert verify.open_cases_are_somewhere().differences == ()


def test_the_whole_taken_back_while_a_part_is_decided_has_one_end(kept: World) -> None:
    with context.acting(kept.actors["member"]):
        case = handed(kept)
        step = here(part(case, CARD)).pk
    member, officer = kept.actors["member"], kept.actors["factory"]

    def take_back() -> str:
        with context.acting(member):
            return handing_in.withdraw(actor=member, at=AT, case_id=case.pk).state

    def agree() -> str:
        with context.acting(officer):
            return deciding.approve(actor=officer, at=AT, step_id=step).state

    at_once(take_back, agree)
    with context.acting(member):
        case.refresh_from_db()
        assert case.state == part(case, CARD).state
        assert case.state in {"withdrawn", "granted"}
        assert not Case.objects.filter(part_of=case, closed_at=None).exists()


def test_a_part_that_passes_by_time_ends_the_whole_though_the_job_sees_no_other(
    committed: None, tmp_path: Path
) -> None:
    from datetime import timedelta

    from zhijia.kernel.actors import Actor

    said = matters()
    said[1]["steps"][0]["late"] = "pass"
    with defined(tmp_path, *said):
        with context.acting(Actor(None, "command", "test")):
            world = build_with_member()
        with context.acting(world.actors["member"]):
            case = handed(world)
        with context.acting(world.actors["factory"]):
            refused_step = here(part(case, CODE))
            deciding.refuse(actor=world.actors["factory"], at=AT, step_id=refused_step.pk, reason="材料不符")
        late.take_up(at=AT + timedelta(days=60))
        with context.acting(world.actors["member"]):
            case.refresh_from_db()
            assert case.state == "partly"


def test_killed_in_the_middle_of_handing_in_nothing_was_handed_in(
    kept: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with context.acting(kept.actors["member"]):
        case = drafted(kept)
    begun: list[str] = []

    def dies(**named: Any) -> None:
        begun.append(named["case"].code)
        if len(begun) == 2:
            raise MemoryError

    monkeypatch.setattr("zhijia.matters.services.moving.begin", dies)
    with pytest.raises(MemoryError), context.acting(kept.actors["member"]) as actor:
        handing_in.submit(actor=actor, at=AT, case_id=case.pk, key=uuid4())
    with context.acting(kept.actors["member"]):
        case.refresh_from_db()
        assert (case.state, case.number, Case.objects.filter(part_of=case).count()) == ("draft", "", 0)
