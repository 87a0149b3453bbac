"""Letters to an employer in time: without an answer the next step comes by itself, but never for a letter nobody sent;
each is counted once when it was served and once when it was answered."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from zhijia.kernel import context
from zhijia.kernel.checks import Checked
from zhijia.matters import verify
from zhijia.matters.models import Case, Step
from zhijia.matters.services import late, serving
from zhijia.matters.tests.kept import world_of
from zhijia.matters.tests.shipped import VISITOR, handed_in
from zhijia.matters.tests.tales import TALES
from zhijia.matters.tests.world import here
from zhijia.registry.tests.world import AT, World, appoint


@pytest.fixture
def kept(committed: None, tmp_path: Path) -> Iterator[World]:
    with world_of(tmp_path) as world:
        with context.acting(world.actors["founder"]):
            appoint(world, "luyang", "county_reviewer", "luyang-second")
        yield world


@pytest.fixture
def letter(kept: World) -> tuple[Case, Step]:
    """A letter that waits to be served."""
    with context.acting(kept.actors["luyang"]):
        case = handed_in(kept, "formation_notices", TALES["formation_notices"])
        return case, here(case)


def _serve(kept: World, step: Step) -> str:
    officer = kept.actors["luyang-second"]
    with context.acting(officer):
        token = serving.serve(actor=officer, at=AT, step_id=step.pk, party_name="新桥物流有限公司")
        step.refresh_from_db()
    return token


def _here(kept: World, case: Case) -> tuple[str, int]:
    with context.acting(kept.actors["province"]):
        step = here(case)
        return step.code, step.seat_id


def test_a_letter_nobody_answered_is_judged_by_the_union(kept: World, letter: tuple[Case, Step]) -> None:
    case, step = letter
    _serve(kept, step)
    assert step.due_at is not None
    assert late.take_up(at=step.due_at) == 1
    assert _here(kept, case) == ("judge_letter", kept.unions["luyang"].pk)


def test_a_letter_nobody_sent_goes_up_and_never_passes(kept: World, letter: tuple[Case, Step]) -> None:
    case, step = letter
    assert step.due_at is not None
    assert late.take_up(at=step.due_at) == 1
    assert _here(kept, case) == ("letter", kept.unions["city"].pk)


def test_the_employer_reads_the_letter_where_it_answers(kept: World, letter: tuple[Case, Step]) -> None:
    _case, step = letter
    token = _serve(kept, step)
    words = Client().get(reverse("matters:reply", args=[token])).content.decode()
    assert "工会组建意见函" in words
    assert "现有职工140人" in words
    assert "工组函〔2026〕1号" in words


def _told(owner_sql: Any) -> list[tuple[str, str, int]]:
    rows: list[tuple[str, str, int]] = owner_sql(
        "SELECT kind, dimensions ->> 'step', sum(quantity)::int FROM facts_fact"
        " WHERE kind IN ('matter.served', 'matter.answered') GROUP BY 1, 2 ORDER BY 1 DESC"
    )
    return rows


def test_letters_and_answers_are_counted_once(kept: World, letter: tuple[Case, Step], owner_sql: Any) -> None:
    _case, step = letter
    _serve(kept, step)
    token = _serve(kept, step)
    for _twice in range(2):
        with context.acting(VISITOR):
            serving.answer(actor=VISITOR, at=AT, token=token, text="同意组建")
    assert _told(owner_sql) == [("matter.served", "letter", 1), ("matter.answered", "letter", 1)]
    assert verify.letters_are_the_facts() == Checked(1, ())
    owner_sql("UPDATE matters_served SET answered_at = NULL")
    assert len(verify.letters_are_the_facts().differences) == 1
