"""Whom an undo leaves alone, and why: somebody has gone on, or waits for an answer."""

from datetime import timedelta

import pytest
from django.db import transaction

from zhijia.kernel.context import acting
from zhijia.matters.models import Case
from zhijia.registry.models import Membership, Person
from zhijia.registry.services import memberships
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.rosters import AT, applied, content, person, small_world, undone
from zhijia.vault import services as vault

PHONE = "registry_person.phone"
LATER = AT + timedelta(hours=2)


@pytest.fixture
def world(committed):
    return small_world()


@pytest.fixture
def factory(world):
    return world.actors["factory"], world.unions["factory"]


def moved(world, serial, leaving, receiving):
    """The member of one union asks to join another, and both agree."""
    name, told = person(serial)[:2]
    with transaction.atomic():
        application = worlds.ask(world, "ding", receiving, told=told, called=name)
        worlds.take_in(world, receiving, application, document_seen=True, at=LATER)
        worlds.let_go(world, leaving, at=LATER)


def test_somebody_who_asked_and_was_forgotten_meanwhile_becomes_known_anew(world, factory):
    actor, union = factory
    roster = applied(actor, union, content([person(1)]))
    with transaction.atomic():
        application = worlds.ask(world, "ding", "mill", told=person(1)[1], called=person(1)[0])
    undone(actor, roster, at=LATER)
    forgotten = Person.objects.using("bulk").get(name="")

    with transaction.atomic():
        answered = worlds.take_in(world, "mill", application, at=LATER)

    assert answered.state == Case.State.GRANTED
    assert answered.person_id not in (None, forgotten.pk)
    with acting(world.actors["mill"]):
        assert Person.objects.get(pk=answered.person_id).name == person(1)[0]
        assert Membership.objects.get(valid_to__isnull=True).person_id == answered.person_id


def test_an_undo_leaves_somebody_alone_who_has_moved_to_another_union_since(world, factory):
    actor, union = factory
    applied(actor, union, content([person(1), person(2)]))
    changed = applied(actor, union, content([person(1, job="电工"), person(2, job="电工")]), at=LATER)
    moved(world, 1, "factory", "mill")

    roster = undone(actor, changed, at=LATER + timedelta(minutes=5))

    assert (roster.counts["undone"], roster.counts["kept"]) == (1, 1)
    assert [why for _person, why in roster.counts["kept_people"]] == ["moved"]
    with acting(world.actors["mill"]):
        found = Person.objects.get()
        assert (found.union_id, found.occupation) == (world.unions["mill"].pk, "electrician")
        assert vault.masked(PHONE, found.pk) == "169****0001"


def test_an_undo_leaves_a_changed_member_under_the_county_the_union_has_come_to(world, factory):
    actor, union = factory
    applied(actor, union, content([person(1)]))
    changed = applied(actor, union, content([person(1, job="电工")]), at=LATER)
    Person.objects.using("bulk").update(county_id=world.unions["shushan"].pk)

    undone(actor, changed, at=LATER + timedelta(minutes=5))

    found = Person.objects.using("bulk").get()
    assert (found.occupation, found.county_id) == ("welder", world.unions["shushan"].pk)


def test_nobody_forgotten_is_taken_under_a_union(world, factory):
    actor, union = factory
    roster = applied(actor, union, content([person(1)]))
    undone(actor, roster, at=LATER)
    forgotten = Person.objects.using("bulk").get(name="")

    with acting(actor):
        standing = memberships.standing(forgotten.pk, union.pk)

    assert standing == "unknown"
