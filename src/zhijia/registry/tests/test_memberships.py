"""Joining, leaving and moving: never two active memberships, never more seen than one's own side."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from zhijia.facts import queries as facts
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.matters.models import Case
from zhijia.matters.services import deciding
from zhijia.registry.models import Card, Membership, Person, TransferLeg
from zhijia.registry.queries.counts import MEMBERS
from zhijia.registry.services import memberships
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.world import AT, World, ask, member


def test_an_approved_applicant_is_a_member_with_a_card_and_a_fact(world: World) -> None:
    application = ask(world, "ding", "factory", serial=1)

    worlds.take_in(world, "factory", application)

    person = Person.objects.get()
    assert Membership.objects.get(valid_to=None).person_id == person.pk
    assert Card.objects.get().person_id == person.pk
    assert facts.total(MEMBERS, unions=[world.unions["factory"].pk]) == 1


def test_an_officer_of_another_union_finds_no_application(world: World) -> None:
    application = ask(world, "ding", "factory", serial=1)

    step = worlds.here(application)
    with pytest.raises(NotForYou):
        deciding.approve(actor=world.act("mill"), at=AT, step_id=step.pk)

    assert not Case.objects.exists()


def test_an_application_is_answered_once(world: World) -> None:
    application = ask(world, "ding", "factory", serial=1)
    step = worlds.here(application)
    worlds.take_in(world, "factory", application)

    with pytest.raises(Refusal, check=lambda refusal: refusal.code == "case_moved_on"):
        deciding.approve(actor=world.act("factory"), at=AT, step_id=step.pk)

    assert Membership.objects.count() == 1


def test_asking_twice_is_asking_once(world: World) -> None:
    first = ask(world, "ding", "factory", serial=1)
    second = ask(world, "ding", "couriers", serial=1)
    assert first.pk == second.pk


def test_the_county_sees_its_member_and_the_other_county_does_not(world: World) -> None:
    member(world, "ding", "factory", serial=1)

    world.act("luyang")
    seen_by_own = Person.objects.count()
    world.act("shushan")
    seen_by_other = Person.objects.count()

    assert (seen_by_own, seen_by_other) == (1, 0)


def test_nobody_in_particular_sees_nothing(world: World) -> None:
    member(world, "ding", "factory", serial=1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('zhijia.user', '', true)")
        cursor.execute(
            "SELECT (SELECT count(*) FROM registry_person), (SELECT count(*) FROM registry_membership)"
        )
        assert cursor.fetchone() == (0, 0)


def test_somebody_active_elsewhere_waits_for_the_other_side(world: World) -> None:
    ding = member(world, "ding", "factory", serial=1)
    application = ask(world, "ding", "mill", serial=1)

    answered = worlds.take_in(world, "mill", application)

    assert (answered.state, worlds.here(answered).state) == ("open", "waiting")
    assert [leg.side for leg in TransferLeg.objects.all()] == ["in"]
    world.act("factory")
    assert [leg.side for leg in TransferLeg.objects.all()] == ["out"]
    assert Membership.objects.get(valid_to=None).person_id == ding.person_id


def test_both_sides_agreeing_moves_the_member_whole(world: World) -> None:
    ding = member(world, "ding", "factory", serial=1)
    application = ask(world, "ding", "mill", serial=1)
    worlds.take_in(world, "mill", application)
    assert TransferLeg.objects.get().state == TransferLeg.State.APPROVED

    let_go = worlds.let_go(world, "factory")

    assert let_go.state == Case.State.GRANTED
    assert not Person.objects.exists()
    world.act("mill")
    assert Membership.objects.get(valid_to=None).person_id == ding.person_id
    assert worlds.again(application).state == Case.State.GRANTED
    counts = facts.by_union(MEMBERS, unions=[world.unions["factory"].pk, world.unions["mill"].pk])
    assert counts.get(world.unions["factory"].pk, 0) == 0
    assert counts[world.unions["mill"].pk] == 1


def test_a_refused_leg_ends_both(world: World) -> None:
    member(world, "ding", "factory", serial=1)
    application = ask(world, "ding", "mill", serial=1)
    worlds.take_in(world, "mill", application)
    with pytest.raises(Refusal, check=lambda refusal: refusal.code == "reason_missing"):
        worlds.let_go(world, "factory", approve=False)
    worlds.let_go(world, "factory", approve=False, reason="on a course")

    world.act("mill")
    assert TransferLeg.objects.get().state == TransferLeg.State.CANCELLED
    assert worlds.again(application).state == Case.State.REFUSED


def test_a_second_open_membership_is_refused_by_the_database(world: World) -> None:
    member(world, "ding", "factory", serial=1)
    world.act("factory")
    held = Membership.objects.get()
    held.pk = None
    with pytest.raises(IntegrityError, match="membership_one_active_per_person"), transaction.atomic():
        Membership.objects.create(
            person_id=held.person_id,
            member_number="x",
            status="10",
            joined_on=held.joined_on,
            valid_from=held.valid_from,
            channel="page",
            union_id=held.union_id,
            county_id=held.county_id,
        )


def test_a_member_leaves_and_can_join_again(world: World) -> None:
    member(world, "ding", "factory", serial=1)
    world.act("factory")
    memberships.leave(
        actor=world.actors["factory"], at=AT, membership_id=Membership.objects.get().pk, reason="moved away"
    )
    assert not Membership.objects.filter(valid_to=None).exists()

    application = ask(world, "ding", "mill", serial=1)
    worlds.take_in(world, "mill", application)

    assert Membership.objects.get(valid_to=None).union_id == world.unions["mill"].pk


def test_a_known_person_with_another_phone_is_taken_in_only_with_the_document_seen(world: World) -> None:
    member(world, "ding", "factory", serial=1)
    world.act("factory")
    memberships.leave(
        actor=world.actors["factory"], at=AT, membership_id=Membership.objects.get().pk, reason="moved away"
    )
    application = ask(world, "somebody", "mill", serial=1)

    with pytest.raises(Refusal, check=lambda refusal: refusal.code == "document_not_seen"):
        worlds.take_in(world, "mill", application)


def test_a_child_cannot_join(world: World) -> None:
    world.actors["kid"] = worlds.worker(world, "kid")
    application = ask(world, "kid", "factory", told=worlds.number(7, date(2015, 5, 5)))
    with pytest.raises(Refusal, check=lambda refusal: refusal.code == "too_young"):
        worlds.take_in(world, "factory", application)
