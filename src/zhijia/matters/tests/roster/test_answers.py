"""An answer to each line of a roster, and what comes of those that were granted."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from zhijia.catalogue import ports
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.matters.models import Case, LineAnswer
from zhijia.matters.services import (
    appealing,
    batching,
    deciding,
    handing_in,
    lacking,
    line_answers,
    listed,
    rosters,
)
from zhijia.matters.services.line_answers import Said
from zhijia.matters.tests.roster.world import added, agreed, handed, line, listing, said, typed
from zhijia.matters.tests.world import defined, here
from zhijia.registry.tests.world import AT, World


def test_each_line_has_an_answer_and_the_rest_goes_as_asked(world: World) -> None:
    case = handed(world)
    said(
        world,
        case,
        Said(line(case, 1).pk, "less", granted=30_000, reason="按标准"),
        Said(line(case, 2).pk, "refuse", reason="上月已慰问"),
    )
    case = agreed(world, case)
    case.refresh_from_db()
    assert (case.state, case.amount) == ("granted", 100_000)
    got = {one.number: (one.verdict, one.granted) for one in case.lines.all()}
    assert got == {1: ("less", 30_000), 2: ("refuse", 0), 3: ("grant", 70_000)}
    assert [one.number for one in listed.granted(case)] == [1, 3]


@pytest.mark.parametrize(
    "answer",
    [
        {"verdict": "refuse"},
        {"verdict": "less", "granted": 50_000, "reason": "x"},
        {"verdict": "less", "granted": 0, "reason": "x"},
        {"verdict": "less", "granted": -1, "reason": "x"},
        {"verdict": "less", "reason": "x"},
        {"verdict": "more", "granted": 900_000},
    ],
)
def test_an_answer_that_is_none_changes_no_line(world: World, answer: dict[str, Any]) -> None:
    case = handed(world)
    with pytest.raises(Refusal):
        said(world, case, Said(line(case, 2).pk, "refuse", reason="x"), Said(line(case, 1).pk, **answer))
    assert set(case.lines.values_list("verdict", flat=True)) == {""}


def test_what_is_said_of_a_line_is_added_and_said_twice_is_once(world: World) -> None:
    case = handed(world)
    answer = Said(line(case, 1).pk, "refuse", reason="上月已慰问")
    for _time in range(2):
        said(world, case, answer)
    said(world, case, Said(line(case, 1).pk, "grant"))
    told = list(LineAnswer.objects.filter(case=case).order_by("pk").values_list("number", "verdict"))
    assert told == [(1, "refuse"), (1, "grant")]


def test_a_line_of_another_case_is_not_answered_here(world: World) -> None:
    case = handed(world)
    other = handed(world)
    said(world, case, Said(line(other, 1).pk, "refuse", reason="x"))
    assert line(other, 1).verdict == ""


@pytest.mark.parametrize("who", ["factory", "mill", "member"])
def test_nobody_answers_lines_who_does_not_decide_there(world: World, who: str) -> None:
    case = handed(world)
    step, first = here(case).pk, line(case, 1).pk
    with pytest.raises(NotForYou):
        line_answers.say(actor=world.act(who), at=AT, step_id=step, said=[Said(first, "refuse", reason="x")])


def test_less_money_needs_fewer_levels(world: World) -> None:
    case = handed(world, "4000", "4000")
    said(world, case, Said(line(case, 2).pk, "refuse", reason="另案办理"))
    case = agreed(world, case)
    case.refresh_from_db()
    assert case.state == "granted"


def test_the_next_level_may_answer_a_line_otherwise(world: World) -> None:
    case = handed(world, "4000", "4000")
    said(world, case, Said(line(case, 1).pk, "less", granted=390_000, reason="按标准"))
    agreed(world, case)
    said(world, case, Said(line(case, 1).pk, "grant"), who="city")
    case = agreed(world, case, "city")
    case.refresh_from_db()
    assert (case.state, case.amount) == ("granted", 800_000)


def test_where_every_line_is_refused_the_request_is_refused_and_not_granted(world: World) -> None:
    case = handed(world)
    said(world, case, *(Said(one.pk, "refuse", reason="不符合") for one in case.lines.all()))
    with pytest.raises(Refusal) as none:
        agreed(world, case)
    assert none.value.code == "all_lines_refused"


def test_a_sum_is_not_agreed_to_beside_the_lines(world: World) -> None:
    case = handed(world)
    with pytest.raises(Refusal) as wrong:
        deciding.approve(actor=world.act("luyang"), at=AT, step_id=here(case).pk, amount=1)
    assert wrong.value.code == "amount_by_line"


def test_a_batch_agrees_to_the_lines_as_asked(world: World) -> None:
    case = handed(world)
    (answer,) = batching.approve_all(actor=world.act("luyang"), at=AT, step_ids=[here(case).pk])
    assert answer.done
    assert set(case.lines.values_list("verdict", flat=True)) == {"grant"}


def test_while_it_is_completed_the_list_asks_for_no_more_than_before(world: World) -> None:
    case = handed(world)
    said(world, case, Said(line(case, 1).pk, "refuse", reason="重复"))
    deciding.ask_for_more(actor=world.act("luyang"), at=AT, step_id=here(case).pk, reason="核对名单")
    rosters.change(
        actor=world.act("factory"),
        at=AT,
        case_id=case.pk,
        line_id=line(case, 2).pk,
        typed=typed(world, "甲二", "900"),
    )
    with pytest.raises(lacking.NotComplete):
        handing_in.complete(actor=world.act("factory"), at=AT, case_id=case.pk)
    rosters.change(
        actor=world.act("factory"),
        at=AT,
        case_id=case.pk,
        line_id=line(case, 2).pk,
        typed=typed(world, "甲二", "400"),
    )
    done = handing_in.complete(actor=world.act("factory"), at=AT, case_id=case.pk)
    assert done.amount == 110_000


def test_a_line_added_later_never_takes_the_number_of_one_that_was_answered(world: World) -> None:
    case = handed(world)
    said(world, case, Said(line(case, 3).pk, "refuse", reason="重复"))
    deciding.ask_for_more(actor=world.act("luyang"), at=AT, step_id=here(case).pk, reason="核对名单")
    rosters.remove(actor=world.act("factory"), at=AT, case_id=case.pk, line_id=line(case, 3).pk)
    assert added(world, case, "甲四", "1").number == 4


def test_an_outcome_reads_the_granted_lines_alone(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    paid: list[tuple[int, int | None]] = []

    def pay(*, case: Case, **_more: Any) -> None:
        paid.extend((one.number, one.granted) for one in listed.granted(case))

    monkeypatch.setitem(ports._functions, "matters.outcome.test.pay", pay)
    with defined(tmp_path, listing(outcomes=[{"port": "test.pay"}], version=2)):
        case = handed(world)
        said(world, case, Said(line(case, 1).pk, "refuse", reason="重复"))
        agreed(world, case)
    assert paid == [(2, 60_000), (3, 70_000)]


def test_an_objection_asks_for_the_lines_once_more(world: World, tmp_path: Path) -> None:
    limit = {"parameter": "membership.join_answer_days", "unit": "working_days"}
    with defined(tmp_path, listing(appeal=limit, version=2)):
        case = handed(world)
        said(world, case, Said(line(case, 1).pk, "less", granted=1, reason="按标准"))
        deciding.refuse(actor=world.act("luyang"), at=AT, step_id=here(case).pk, reason="材料不符")
        objection = appealing.appeal(
            actor=world.act("factory"), at=AT, case_id=case.pk, key=uuid4(), reason="材料齐全"
        )
    lines = list(objection.lines.order_by("number").values_list("asked", "verdict"))
    assert lines == [(50_000, ""), (60_000, ""), (70_000, "")]
    assert objection.amount == 180_000
