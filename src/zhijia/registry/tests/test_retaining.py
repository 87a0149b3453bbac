"""Retained, active again, and cards that lapse: a human decides about a membership, the card follows it."""

from datetime import date, timedelta

import pytest

from zhijia.accounts.models import User
from zhijia.facts import queries as facts
from zhijia.kernel import context
from zhijia.kernel.actors import Actor, system
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.notices.models import Message
from zhijia.registry import access
from zhijia.registry.models import Card, Membership, MembershipChange, Person
from zhijia.registry.queries import retirement
from zhijia.registry.queries.counts import MEMBERS
from zhijia.registry.services import lapsing, retaining
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.world import AT, World, member

TODAY = date(2026, 11, 20)


def held(world: World) -> Membership:
    world.act("factory")
    return Membership.objects.get(valid_to=None)


def test_a_retained_member_still_counts_and_is_told(world: World) -> None:
    ding = member(world, "ding", "factory", serial=1)
    membership = held(world)

    retaining.retain(
        actor=world.actors["factory"],
        at=AT,
        membership_id=membership.pk,
        status="30",
        since=TODAY,
        reason="pension card",
    )

    assert held(world).status == "30"
    assert list(MembershipChange.objects.values_list("kind", flat=True).order_by("id")) == ["01", "04"]
    assert facts.total(MEMBERS, unions=[world.unions["factory"].pk]) == 1
    world.act("ding")
    assert Message.objects.filter(person_id=ding.person_id, kind="membership_retained").count() == 1


def test_a_retained_member_is_active_again_once(world: World) -> None:
    member(world, "ding", "factory", serial=1)
    membership, officer = held(world), world.actors["factory"]
    retaining.retain(
        actor=officer, at=AT, membership_id=membership.pk, status="31", since=TODAY, reason="lost work"
    )

    retaining.make_active(actor=officer, at=AT, membership_id=membership.pk, reason="works again")

    assert held(world).status == "10"
    with pytest.raises(Refusal, check=lambda refusal: refusal.code == "not_retained"):
        retaining.make_active(actor=officer, at=AT, membership_id=membership.pk, reason="works again")


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"status": "40"}, "retain_why"),
        ({"since": TODAY + timedelta(days=1)}, "retain_day"),
        ({"since": TODAY - timedelta(days=1)}, "retain_day"),
        ({"reason": "  "}, "reason_missing"),
    ],
)
def test_what_cannot_be_retained_is_refused_with_a_sentence(
    world: World, asked: dict[str, object], code: str
) -> None:
    member(world, "ding", "factory", serial=1)
    plain = {"status": "30", "since": TODAY, "reason": "pension card"}

    with pytest.raises(Refusal, check=lambda refusal: refusal.code == code):
        retaining.retain(  # type: ignore[arg-type]
            actor=world.actors["factory"], at=AT, membership_id=held(world).pk, **{**plain, **asked}
        )

    assert held(world).status == "10"


def test_an_officer_of_another_union_retains_nobody(world: World) -> None:
    member(world, "ding", "factory", serial=1)
    membership = held(world)

    with pytest.raises(NotForYou):
        retaining.retain(
            actor=world.act("mill"),
            at=AT,
            membership_id=membership.pk,
            status="30",
            since=TODAY,
            reason="mine",
        )

    assert held(world).status == "10"


@pytest.mark.parametrize(
    ("sex", "born", "due"),
    [
        ("1", date(1964, 12, 1), True),
        ("1", date(1966, 9, 30), False),
        ("2", date(1966, 11, 1), True),
        ("2", date(1975, 1, 1), False),
        ("0", date(1950, 1, 1), False),
    ],
)
def test_the_list_holds_who_has_certainly_reached_the_age(
    world: World, sex: str, born: date, due: bool
) -> None:
    """In November 2026; a woman by the later of the two ages."""
    member(world, "ding", "factory", serial=1)
    membership = held(world)
    Person.objects.update(sex=sex, birth_date=born)

    assert _names(world, "factory") == (["张*丰"] if due else [])
    assert _names(world, "mill") == []
    officer = world.act("factory")
    retaining.retain(
        actor=officer, at=AT, membership_id=membership.pk, status="30", since=TODAY, reason="pension card"
    )
    assert _names(world, "factory") == []


def test_the_card_of_somebody_who_is_no_member_lapses_once(committed: None) -> None:
    with context.acting(Actor(None, "command", "test")):
        world = worlds.build()
        worlds.member(world, "ding", "factory", serial=1)
        worlds.member(world, "lan", "mill", serial=2)
    with context.whole():
        gone = Membership.objects.using("bulk").get(union_id=world.unions["mill"].pk)
        Membership.objects.using("bulk").filter(pk=gone.pk).update(status="40", valid_to=TODAY)

    lapsed = [lapsing.lapse(actor=system("test"), at=AT) for _twice in range(2)]

    assert lapsed == [1, 0]
    with context.whole():
        valid = Card.objects.using("bulk").get(ended_at=None)
        assert valid.person_id == User.objects.using("bulk").get(pk=world.actors["ding"].user_id).person_id


def _names(world: World, who: str) -> list[str]:
    rights = access.rights_of(world.act(who))
    return [row.name for row in retirement.page(retirement.reached(rights, TODAY), None).rows]
