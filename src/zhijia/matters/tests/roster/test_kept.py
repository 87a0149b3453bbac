"""What is kept of a roster, and several who write or answer at once."""

from typing import Any
from uuid import uuid4

import pytest

from zhijia.facts.models import Fact
from zhijia.kernel import context
from zhijia.matters import at_hand, verify
from zhijia.matters.services import (
    line_answers,
    listed,
    rosters,
)
from zhijia.matters.services.line_answers import Said
from zhijia.matters.tests.kept import at_once
from zhijia.matters.tests.roster.world import agreed, begun, handed, line, person, said, typed
from zhijia.matters.tests.world import here
from zhijia.registry.tests.world import AT, World


def test_facts_are_told_of_the_granted_lines_alone(kept: World) -> None:
    def act(who: str) -> Any:
        return context.acting(kept.actors[who])

    with act("factory"):
        case = handed(kept)
    with act("luyang"):
        said(kept, case, Said(line(case, 1).pk, "refuse", reason="重复"))
        agreed(kept, case)
    told = Fact.objects.using("bulk").filter(kind="matter.line_granted").order_by("amount")
    people = [person(kept, who) for who in ("甲二", "甲三")]
    assert [(fact.person_id, fact.amount) for fact in told] == list(
        zip(people, (60_000, 70_000), strict=True)
    )
    whole = Fact.objects.using("bulk").get(kind="matter.granted", record_id=str(case.pk))
    assert whole.amount == 130_000
    assert verify.cases_are_the_facts().differences == ()


def test_one_line_answered_by_two_at_once_has_one_answer_that_stands(kept: World) -> None:
    with context.acting(kept.actors["factory"]):
        case = handed(kept)
        first, step = line(case, 1).pk, here(case).pk
    actor = kept.actors["luyang"]

    def answer(granted: int) -> int | None:
        with context.acting(actor):
            return line_answers.say(
                actor=actor, at=AT, step_id=step, said=[Said(first, "less", granted=granted, reason="x")]
            ).amount

    sums = at_once(*(lambda granted=granted: answer(granted) for granted in (10_000, 20_000)))
    with context.acting(kept.actors["factory"]):
        case.refresh_from_db()
        assert case.amount in sums
        assert case.amount == listed.sums(case).stands


def test_lines_added_at_once_are_no_more_than_fit(kept: World) -> None:
    with context.acting(kept.actors["factory"]):
        case = begun(kept)
        rows = [typed(kept, who) for who in ("甲一", "甲二", "甲三", "甲四")]
    actor = kept.actors["factory"]

    def add(row: dict[str, str]) -> int:
        with context.acting(actor):
            return rosters.add(actor=actor, at=AT, case_id=case.pk, line_id=uuid4(), typed=row).number

    came = at_once(*(lambda row=row: add(row) for row in rows))
    assert sorted(map(str, came)) == ["1", "2", "3", "list_full"]


def test_the_database_keeps_what_was_said_of_a_line(kept: World) -> None:
    from django.db import connection, transaction

    with context.acting(kept.actors["factory"]):
        case = handed(kept)
    with context.acting(kept.actors["luyang"]):
        said(kept, case, Said(line(case, 1).pk, "refuse", reason="重复"))
    for sql in ("UPDATE matters_line_answer SET verdict = 'grant'", "DELETE FROM matters_line_answer"):
        with context.acting(kept.actors["luyang"]), connection.cursor() as cursor:
            at_hand.take(case.pk)
            with pytest.raises(Exception, match="only"), transaction.atomic():
                cursor.execute(sql)
