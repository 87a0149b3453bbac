"""Who writes what of a case, whatever the program does: SQL as the application's role, with somebody's identity."""

from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction

from zhijia.kernel.actors import Actor
from zhijia.matters import signers
from zhijia.matters.at_hand import at_hand
from zhijia.matters.models import Case
from zhijia.matters.services import asking
from zhijia.matters.tests.world import CODE, asked, here
from zhijia.registry.tests.world import AT, World


def _anew(world: World, who: str) -> None:
    """In a transaction of their own, in which no service has anything in hand."""
    world.act(who)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('zhijia.in_hand', '', true)")


def _wrote(sql: str, *values: Any) -> int | str:
    """How many rows the statement wrote, or that the row policies refused it."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.rowcount
    except ProgrammingError as said:
        return "refused" if "row-level security" in str(said) else str(said)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE matters_case SET state = 'granted', closed_at = now() WHERE id = %s",
        "UPDATE matters_case SET amount = 99999999 WHERE id = %s",
        "UPDATE matters_case SET shown_name = 'x' WHERE id = %s",
        "UPDATE matters_step SET state = 'done', closed_at = now() WHERE case_id = %s",
        "UPDATE matters_step SET seat_id = 1 WHERE case_id = %s",
        "UPDATE matters_answer SET value = '1' WHERE case_id = %s",
    ],
)
@pytest.mark.parametrize("who", ["member", "factory"])
def test_nobody_changes_a_case_that_was_handed_in_past_the_services(world: World, sql: str, who: str) -> None:
    case = asked(world)
    _anew(world, who)
    assert _wrote(sql, case.pk) == "refused"


@pytest.mark.parametrize("who", ["member", "factory", "city"])
def test_nobody_says_something_at_a_step_past_the_services(world: World, who: str) -> None:
    step = here(asked(world))
    _anew(world, who)
    sql = (
        "INSERT INTO matters_decision (case_id, step_id, by_user_id, verdict, reason, return_to, rules, at)"
        " VALUES (%s, %s, %s, 'approve', '', '', '{}', now())"
    )
    assert _wrote(sql, step.case_id, step.pk, world.actors[who].user_id) == "refused"


def test_a_verdict_is_said_by_oneself_and_where_one_sits_though_the_case_is_in_hand(world: World) -> None:
    step = here(asked(world))
    sql = (
        "INSERT INTO matters_decision (case_id, step_id, by_user_id, verdict, reason, return_to, rules, at)"
        " VALUES (%s, %s, %s, 'approve', '', '', '{}', now())"
    )
    for who, by, wrote in (
        ("member", "member", "refused"),
        ("factory", "city", "refused"),
        ("factory", "factory", 1),
    ):
        world.act(who)
        with connection.cursor() as cursor:
            cursor.execute("SELECT matters_take(%s)", [step.case_id])
        assert _wrote(sql, step.case_id, step.pk, world.actors[by].user_id) == wrote, (who, by)


def test_a_member_writes_their_own_draft_and_what_is_in_it_and_nobody_elses(world: World) -> None:
    draft = asking.start(actor=world.act("member"), at=AT, code=CODE)
    asking.keep(actor=world.act("member"), at=AT, case_id=draft.pk, typed={"why": "家人住院"})
    change = "UPDATE matters_answer SET value = '\"x\"' WHERE case_id = %s"
    world.act("factory")
    assert _wrote(change, draft.pk) == "refused"
    assert _wrote("UPDATE matters_case SET shown_name = 'x' WHERE id = %s", draft.pk) == "refused"
    assert _wrote("DELETE FROM matters_case WHERE id = %s", draft.pk) == 0
    world.act("mill")
    assert _wrote(change, draft.pk) == 0
    _anew(world, "member")
    assert _wrote(change, draft.pk) == 1
    assert _wrote("UPDATE matters_case SET shown_name = 'x' WHERE id = %s", draft.pk) == 1
    assert (
        _wrote("UPDATE matters_case SET state = 'open', opened_at = now() WHERE id = %s", draft.pk)
        == "refused"
    )


def test_what_somebody_has_in_hand_is_nobody_elses(world: World) -> None:
    case = asked(world)
    world.act("factory")
    with connection.cursor() as cursor:
        cursor.execute("SELECT matters_take(%s)", [case.pk])
    assert _wrote("UPDATE matters_case SET flags = '[]' WHERE id = %s", case.pk) == 1
    world.act("city")
    assert _wrote("UPDATE matters_case SET flags = '[]' WHERE id = %s", case.pk) == "refused"
    world.act("mill")
    with connection.cursor() as cursor:
        cursor.execute("SELECT matters_take(%s)", [case.pk])
    assert not Case.objects.filter(pk=case.pk).exists()
    assert _wrote("UPDATE matters_step SET taker_id = NULL WHERE case_id = %s", case.pk) == 0


def test_a_job_writes_the_one_case_it_has_at_hand(world: World) -> None:
    case = asked(world)
    other = asking.start(actor=world.act("member"), at=AT, code=CODE)
    with at_hand(Actor(None, "job", "test"), case.pk):
        assert _wrote("UPDATE matters_step SET late_told_at = now() WHERE case_id = %s", case.pk) == 1
        assert _wrote("UPDATE matters_case SET flags = '[]' WHERE id = %s", other.pk) == 0


def test_who_may_sign_is_told_to_whoever_has_a_right_alone(world: World) -> None:
    step = here(asked(world))
    world.act("factory")
    assert signers.all_signers("matter.decide", step.seat_id) == [world.actors["factory"].user_id]
    assert signers.only_signer("matter.decide", step.seat_id) == world.actors["factory"].user_id
    assert signers.may_sign(world.actors["factory"].user_id or 0, "matter.decide", step.seat_id)
    _anew(world, "member")
    assert signers.all_signers("matter.decide", step.seat_id) == []
    assert signers.only_signer("matter.decide", step.seat_id) is None
    assert not signers.may_sign(world.actors["factory"].user_id or 0, "matter.decide", step.seat_id)
