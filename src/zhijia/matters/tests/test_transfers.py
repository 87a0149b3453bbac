"""A transfer by requests of its two sides: each sees its own, silence passes, and what is called off is looked at anew
(MEM-07)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from django.urls import reverse

from zhijia.accounts.models import User
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import acting
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.matters.models import Case, Step
from zhijia.matters.queries import inbox
from zhijia.matters.services import deciding, handing_in, joining, late, sides
from zhijia.notices.models import Message
from zhijia.registry import access
from zhijia.registry.models import Membership, TransferLeg
from zhijia.registry.services import memberships, transfers
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.world import AT, World

LATE = datetime(2026, 12, 10, tzinfo=UTC)


@pytest.fixture
def world(db: Any) -> World:
    return worlds.build()


@pytest.fixture
def moving(world: World) -> Case:
    """The request of a member of the factory to join the mill, which has agreed."""
    worlds.member(world, "ding", "factory", serial=1)
    return worlds.take_in(world, "mill", worlds.ask(world, "ding", "mill", serial=1))


def leaving(world: World) -> Case:
    world.act("factory")
    return Case.objects.get(code=sides.LETTING_GO)


def shown(world: World, name: str, case: Case) -> tuple[int, str]:
    client = Client(headers={"accept-language": "en"})
    client.force_login(User.objects.get(pk=world.actors[name].user_id))
    answer: Any = client.get(reverse("matters:file", args=[case.pk]))
    return answer.status_code, answer.content.decode()


def test_the_receiving_side_reads_what_was_said_and_nothing_of_where_from(world: World, moving: Case) -> None:
    world.act("factory")
    held = Membership.objects.get(valid_to=None)

    status, page = shown(world, "mill", moving)

    assert status == 200
    assert "张小丰" in page
    assert world.unions["factory"].name not in page
    assert world.unions["factory"].code not in page
    assert held.joined_on.isoformat() not in page
    assert reverse("registry:person", args=[held.person_id]) not in page


def test_the_releasing_side_reads_whom_it_is_about_and_nothing_of_where_to(
    world: World, moving: Case
) -> None:
    status, page = shown(world, "factory", leaving(world))

    assert status == 200
    assert "张小丰" in page
    assert world.unions["mill"].name not in page
    assert reverse("registry:person", args=[moving.person_id]) in page


def test_neither_side_nor_a_third_union_opens_the_others_request(world: World, moving: Case) -> None:
    out = leaving(world)

    assert shown(world, "mill", out)[0] == 404
    assert shown(world, "factory", moving)[0] == 404
    assert shown(world, "couriers", out)[0] == 404
    with pytest.raises(NotForYou):
        deciding.approve(actor=world.act("couriers"), at=AT, step_id=_step_of(world, out).pk)


def _step_of(world: World, case: Case) -> Step:
    with acting(world.actors["factory"]):
        return worlds.here(case)


def test_what_waits_elsewhere_waits_in_nobodys_list_here(world: World, moving: Case) -> None:
    mill = access.rights_of(world.act("mill"))
    factory = access.rights_of(world.act("factory"))

    assert (inbox.count(factory), [step.case.code for step in inbox.page(world.act("factory"))]) == (
        1,
        [sides.LETTING_GO],
    )
    world.act("mill")
    assert inbox.count(mill) == 0


def test_nobody_signs_where_a_case_waits(world: World, moving: Case) -> None:
    officer = world.act("mill")

    with pytest.raises(Refusal):
        deciding.approve(actor=officer, at=AT, step_id=worlds.here(moving).pk)


def test_silence_of_the_releasing_side_passes_with_a_flag_once_its_time_is_over(committed: None) -> None:
    with acting(Actor(None, "command", "test")):
        world = worlds.build()
        worlds.member(world, "ding", "factory", serial=1)
        asked = worlds.take_in(world, "mill", worlds.ask(world, "ding", "mill", serial=1))

    late.take_up(at=AT + timedelta(days=1))
    with acting(world.actors["factory"]):
        assert leaving(world).state == Case.State.OPEN
    late.take_up(at=LATE)
    late.take_up(at=LATE)
    sides.follow(at=LATE)

    with acting(world.actors["factory"]):
        out = leaving(world)
        assert (out.state, "passed_late" in out.flags) == (Case.State.GRANTED, True)
        assert not Membership.objects.filter(valid_to=None).exists()
    with acting(world.actors["mill"]):
        assert Membership.objects.get(valid_to=None).union_id == world.unions["mill"].pk
        assert Case.objects.get(pk=asked.pk).state == Case.State.GRANTED


def test_the_applicant_takes_it_back_and_the_other_side_is_asked_no_more(world: World, moving: Case) -> None:
    handing_in.withdraw(actor=world.act("ding"), at=AT, case_id=moving.pk)
    sides.follow(at=AT)

    assert leaving(world).state == Case.State.WITHDRAWN
    assert {leg.state for leg in TransferLeg.objects.all()} == {TransferLeg.State.CANCELLED}
    again = worlds.take_in(world, "mill", worlds.ask(world, "ding", "mill", serial=1))
    assert worlds.here(again).state == Step.State.WAITING


def test_the_member_says_that_they_stay_and_the_union_that_asked_looks_again(
    world: World, moving: Case
) -> None:
    out = leaving(world)
    handing_in.withdraw(actor=world.act("ding"), at=AT, case_id=out.pk)
    sides.follow(at=AT)

    world.act("mill")
    assert worlds.here(moving).code == "look"


def test_a_membership_that_ends_meanwhile_lets_the_union_that_asked_take_them_in(
    world: World, moving: Case
) -> None:
    officer = world.act("factory")
    held = Membership.objects.get(valid_to=None)
    memberships.leave(actor=officer, at=AT, membership_id=held.pk, reason="moved away")
    sides.follow(at=AT)
    assert leaving(world).state == Case.State.WITHDRAWN

    assert worlds.take_in(world, "mill", moving).state == Case.State.GRANTED
    assert Membership.objects.get(valid_to=None).union_id == world.unions["mill"].pk


def test_the_request_to_let_go_follows_the_member_to_the_union_they_were_moved_to(
    world: World, moving: Case
) -> None:
    out, couriers = leaving(world), world.unions["couriers"]
    world.act("luyang")
    TransferLeg.objects.filter(side="out").update(union_id=couriers.pk, county_id=couriers.county_id)

    sides.follow(at=AT)

    world.act("couriers")
    assert (worlds.again(out).union_id, worlds.here(out).seat_id) == (couriers.pk, couriers.pk)


def test_following_twice_changes_nothing_and_leaves_nothing_to_follow(world: World, moving: Case) -> None:
    assert sides.follow(at=AT) == 0

    worlds.let_go(world, "factory")

    assert sides.follow(at=AT) == 0
    world.act("ding")
    assert Message.objects.filter(kind="case_granted", values__number=moving.number).count() == 1


def test_a_following_that_was_killed_in_the_middle_is_done_by_the_next(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    worlds.member(world, "ding", "factory", serial=1)
    asked = worlds.ask(world, "ding", "mill", serial=1)
    with monkeypatch.context() as killed:
        killed.setattr(handing_in, "hand_in", _killed)
        worlds.take_in(world, "mill", asked)
    world.act("factory")
    assert not Case.objects.filter(code=sides.LETTING_GO).exists()

    assert sides.follow(at=AT) == 1
    assert leaving(world).state == Case.State.OPEN


def _killed(**_said: Any) -> None:
    raise RuntimeError("killed")


def test_a_member_of_a_roster_elsewhere_is_asked_for_by_a_request_too(world: World) -> None:
    ding = worlds.member(world, "ding", "factory", serial=1)
    assert ding.person_id is not None
    transfers.request(
        actor=world.act("mill"),
        at=AT,
        person_id=ding.person_id,
        union=world.unions["mill"],
        shown_name="张小丰",
        origin="roster",
    )
    sides.follow(at=AT)

    worlds.let_go(world, "factory")

    world.act("mill")
    assert Membership.objects.get(valid_to=None).union_id == world.unions["mill"].pk
    world.act("ding")
    assert Message.objects.filter(kind="transfer_done").count() == 1


@pytest.mark.parametrize("name", ["ding", "mill", "factory", "couriers"])
def test_nobody_who_is_logged_in_asks_what_the_job_asks(world: World, moving: Case, name: str) -> None:
    world.act("mill")
    transfer = TransferLeg.objects.get().transfer_id
    world.act(name)
    for call, values in (
        ("registry_transfers_to_follow(%s)", [9]),
        ("registry_transfer_sides(%s)", [transfer]),
        ("registry_transfer_followed(%s, %s, %s, %s)", [transfer, "pending", "approved", None]),
        ("registry_pass_transfer(%s, %s)", [moving.pk, LATE]),
    ):
        with (
            pytest.raises(ProgrammingError, match="not for who is asking"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"SELECT {call}", values)


def test_a_stranger_calls_no_transfer_off(world: World, moving: Case) -> None:
    for name in ("couriers", "lan"):
        world.act(name) if name != "lan" else worlds.worker(world, "lan")
        with pytest.raises(ProgrammingError, match="not for who is asking"), transaction.atomic():
            transfers.call_off(at=AT, case_id=moving.pk)


def test_a_request_waits_for_the_move_that_a_roster_began(world: World) -> None:
    ding = worlds.member(world, "ding", "factory", serial=1)
    assert ding.person_id is not None
    mill = world.unions["mill"]
    transfers.request(
        actor=world.act("mill"),
        at=AT,
        person_id=ding.person_id,
        union=mill,
        shown_name="张小丰",
        origin="roster",
    )
    sides.follow(at=AT)

    asked = worlds.take_in(world, "mill", worlds.ask(world, "ding", "mill", serial=1))
    assert worlds.here(asked).state == Step.State.WAITING

    worlds.let_go(world, "factory")
    world.act("mill")
    assert worlds.again(asked).state == Case.State.GRANTED


def test_somebody_else_with_the_number_needs_the_document_and_gets_no_account(world: World) -> None:
    worlds.member(world, "ding", "factory", serial=1)
    other = worlds.ask(world, "other", "mill", serial=1)
    world.act("mill")
    assert joining.document_needed(other, AT.date())

    with (
        pytest.raises(Refusal, check=lambda refusal: refusal.code == "document_not_seen"),
        transaction.atomic(),
    ):
        worlds.take_in(world, "mill", other)
    worlds.take_in(world, "mill", other, document_seen=True)
    worlds.let_go(world, "factory")

    world.act("mill")
    assert worlds.again(other).state == Case.State.GRANTED
    assert User.objects.get(pk=other.user_id).person_id is None
