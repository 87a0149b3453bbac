"""Whom an undo leaves alone, and why: somebody has gone on, or waits for an answer."""

from datetime import timedelta

import pytest
from django.db import transaction

from zhijia.kernel.context import acting, enter
from zhijia.registry.models import Application, Membership, Person, TransferLeg
from zhijia.registry.services import applications, memberships, transfers
from zhijia.registry.tests.rosters import AT, applied, content, person, small_world, undone
from zhijia.registry.tests.world import worker
from zhijia.vault import services as vault

PHONE = "registry_person.phone"
LATER = AT + timedelta(hours=2)


@pytest.fixture
def world(committed):
    return small_world()


@pytest.fixture
def factory(world):
    return world.actors["factory"], world.unions["factory"]


def asked(world, union, row, name="ding"):
    """Somebody applies at the union with the name and number of this row."""
    with transaction.atomic():
        actor = worker(world, name)
        return applications.apply(
            actor=actor, at=LATER, union=world.unions[union], name=row[0], id_type="111", id_number=row[1],
            occupation="welder", workplace="厂",
        )  # fmt: skip


def approved(world, key, application, at=LATER):
    with transaction.atomic():
        enter(world.actors[key])
        return applications.approve(
            actor=world.actors[key], at=at, application_id=application.pk, document_seen=True
        )


def moved(world, serial, leaving, receiving):
    """The member of one union goes to another, both sides agreeing."""
    application = asked(world, receiving, person(serial))
    approved(world, receiving, application)
    for key in (leaving, receiving):
        with transaction.atomic():
            enter(world.actors[key])
            leg = TransferLeg.objects.get(union_id=world.unions[key].pk)
            transfers.decide_leg(actor=world.actors[key], at=LATER, leg_id=leg.pk, approve=True)


def test_an_undo_keeps_somebody_whose_application_waits_and_the_answer_finds_them_whole(world, factory):
    actor, union = factory
    roster = applied(actor, union, content([person(1), person(2)]))
    application = asked(world, "mill", person(1))

    roster = undone(actor, roster, at=LATER)

    assert [why for _person, why in roster.counts["kept_people"]] == ["has_applied"]
    answered = approved(world, "mill", application)
    assert answered.state == Application.State.OTHER_SIDE
    with acting(actor):
        assert Person.objects.get(pk=application.person_id).name == person(1)[0]
        assert vault.masked(PHONE, application.person_id) == "169****0001"


def test_an_application_that_names_somebody_forgotten_makes_them_known_anew(world, factory):
    actor, union = factory
    roster = applied(actor, union, content([person(1)]))
    application = asked(world, "factory", person(1))
    Application.objects.using("bulk").update(state=Application.State.WITHDRAWN)
    undone(actor, roster, at=LATER)
    Application.objects.using("bulk").update(state=Application.State.WAITING)
    forgotten = application.person_id

    answered = approved(world, "factory", application)

    assert answered.person_id not in (None, forgotten)
    with acting(actor):
        assert Person.objects.get(pk=answered.person_id).name == person(1)[0]
        joined = Membership.objects.get(valid_to__isnull=True)
        assert joined.person_id == answered.person_id


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
