"""Several at the same moment: one legal outcome each, and nobody sees an error."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, connections, transaction

from zhijia.kernel import context
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.matters.models import Case, Decision
from zhijia.matters.services import asking, deciding, handing_in
from zhijia.matters.tests.world import CODE, aid, asked, build_with_member, defined, here
from zhijia.registry.tests.world import AT, World

TIMES = 64


@pytest.fixture
def kept(committed: None, tmp_path: Path) -> Iterator[World]:
    with defined(tmp_path, aid()):
        with context.acting(Actor(None, "command", "test")):
            world = build_with_member()
        yield world


def at_once(*acts: tuple[Actor, Callable[[], Any]]) -> list[Any]:
    """What came of each, all at the same moment: the result, or the code of the refusal."""

    def run(act: tuple[Actor, Callable[[], Any]]) -> Any:
        try:
            with context.acting(act[0]):
                return act[1]()
        except Refusal as refusal:
            return refusal.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(run, acts))


def test_a_form_handed_in_64_times_is_one_request(kept: World) -> None:
    actor, key = kept.actors["member"], uuid4()
    with context.acting(actor):
        case = asking.start(actor=actor, at=AT, code=CODE)
        asking.keep(actor=actor, at=AT, case_id=case.pk, typed={"sum": "10", "why": "家人住院", "ill": "no"})
    handed = at_once(
        *[(actor, lambda: handing_in.submit(actor=actor, at=AT, case_id=case.pk, key=key).pk)] * TIMES
    )
    assert set(handed) == {case.pk}
    with context.acting(actor):
        case.refresh_from_db()
        assert (case.state, case.steps.count()) == (Case.State.OPEN, 1)


def test_a_draft_started_at_once_is_one_draft(kept: World) -> None:
    actor = kept.actors["member"]
    drafts = at_once(*[(actor, lambda: asking.start(actor=actor, at=AT, code=CODE).pk)] * 8)
    assert len(set(drafts)) == 1


def test_one_says_yes_and_one_says_no_at_once_and_the_first_stands(kept: World) -> None:
    with context.acting(kept.actors["member"]):
        case = asked(kept)
        step = here(case).pk
    yes, no = kept.actors["factory"], kept.actors["city"]
    said = at_once(
        (yes, lambda: deciding.approve(actor=yes, at=AT, step_id=step).state),
        (no, lambda: deciding.refuse(actor=no, at=AT, step_id=step, reason="不符合条件").state),
    )
    assert Counter(said)["case_moved_on"] == 1
    with context.acting(kept.actors["member"]):
        case.refresh_from_db()
        verdicts = list(Decision.objects.filter(case=case).values_list("verdict", flat=True))
    assert (case.state, verdicts) in [("open", ["approve"]), ("refused", ["refuse"])]


def test_a_request_taken_back_while_it_is_agreed_to_has_one_end(kept: World) -> None:
    with context.acting(kept.actors["member"]):
        case = asked(kept)
        step = here(case).pk
    mine, officer = kept.actors["member"], kept.actors["luyang"]
    at_once(
        (mine, lambda: handing_in.withdraw(actor=mine, at=AT, case_id=case.pk).state),
        (officer, lambda: deciding.approve(actor=officer, at=AT, step_id=step).state),
    )
    with context.acting(mine):
        case.refresh_from_db()
        assert case.state in {Case.State.WITHDRAWN, Case.State.GRANTED}
        assert not case.steps.filter(state__in=("active", "paused")).exists()


@pytest.mark.parametrize(
    ("sql", "constraint"),
    [
        ("UPDATE matters_case SET state = 'open', closed_at = NULL", "does not go from"),
        ("UPDATE matters_case SET number = 'X'", "keeps its version"),
        ("UPDATE matters_step SET state = 'active'", "does not go from"),
        ("UPDATE matters_decision SET verdict = 'refuse'", "only"),
        ("DELETE FROM matters_decision", "only"),
    ],
)
def test_the_database_refuses_what_no_line_allows(kept: World, sql: str, constraint: str) -> None:
    with context.acting(kept.actors["member"]):
        case = asked(kept)
        step = here(case).pk
    with context.acting(kept.actors["factory"]):
        deciding.refuse(actor=kept.actors["factory"], at=AT, step_id=step, reason="不符合条件")
    with context.acting(kept.actors["city"]), connection.cursor() as cursor:
        cursor.execute("SELECT matters_take(%s)", [case.pk])
        with pytest.raises(Exception, match=constraint), transaction.atomic():
            cursor.execute(sql)
