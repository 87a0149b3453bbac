"""Whose account is whose: the database keeps it, also from the application's own role."""

from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from zhijia.accounts.models import User
from zhijia.registry.models import Person
from zhijia.registry.services import people
from zhijia.registry.tests.world import AT, member, number, worker
from zhijia.vault import services as vault

NAME = "李织云"


@pytest.fixture
def weaver(world):
    """A member of the mill whose account was ended, so that the person stands in the register alone."""
    actor = member(world, "weaver", "mill", serial=5, called=NAME)
    User.objects.filter(pk=actor.user_id).update(person_id=None)
    return actor


def link(account, person_id):
    with transaction.atomic():
        User.objects.filter(pk=account.user_id).update(person_id=person_id)


def claimed(person_id, said_number, said_phone):
    """Ask the database itself, as somebody with SQL in hand and no look at the vault would."""
    sought = [
        *vault.sought("registry_person.id_number", said_number),
        *vault.sought("registry_person.phone", said_phone),
    ]
    with connection.cursor() as cursor:
        cursor.execute("SELECT registry_claim(%s, %s, %s, %s, %s, %s)", [person_id, NAME, *sought])
        return cursor.fetchone()[0]


def test_nobody_links_an_account_by_writing_it_down(world, weaver):
    stranger = worker(world, "stranger")

    with pytest.raises(DatabaseError, match="not for who is asking"):
        link(stranger, weaver.person_id)


def test_an_officer_of_another_union_links_nobody(world, weaver):
    stranger = worker(world, "stranger")

    world.act("couriers")
    with pytest.raises(DatabaseError, match="not for who is asking"):
        link(stranger, weaver.person_id)


def test_an_officer_links_their_own_account_to_nobody(world, weaver):
    officer = world.act("mill")

    with pytest.raises(DatabaseError, match="not for who is asking"):
        link(officer, weaver.person_id)


def test_an_account_that_is_somebodys_becomes_nobody_elses(world, weaver):
    other = member(world, "carder", "mill", serial=6, called="王梳云")

    world.act("mill")
    with pytest.raises(DatabaseError, match="not for who is asking"):
        link(other, weaver.person_id)


def test_an_officer_links_the_account_of_their_own_member(world, weaver):
    stranger = worker(world, "stranger")

    officer = world.act("mill")
    people.link(
        actor=officer, at=AT, user_id=stranger.user_id, person=Person.objects.get(pk=weaver.person_id)
    )

    assert User.objects.get(pk=stranger.user_id).person_id == weaver.person_id


def test_the_database_believes_no_claim_without_number_and_phone(world, weaver):
    world.act("mill")
    phone = vault.read_inside("registry_person.phone", weaver.person_id)
    worker(world, "stranger")

    assert not claimed(weaver.person_id, number(99), phone)
    assert not claimed(weaver.person_id, number(5), "16900009999")
    assert not claimed(uuid4(), number(5), phone)
    assert claimed(weaver.person_id, number(5), phone)
