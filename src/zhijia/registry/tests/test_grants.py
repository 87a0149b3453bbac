"""Rights: given by somebody else, over a union and what lies under it, ended at once, never two that stand apart."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import ProgrammingError, connection, transaction

from zhijia.kernel import days
from zhijia.kernel.errors import NeedsStepUp, NotForYou, Refusal
from zhijia.notices.models import Message
from zhijia.registry import access
from zhijia.registry.models import Grant
from zhijia.registry.services import grants
from zhijia.registry.tests import ready
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.world import AT, World


def test_a_right_covers_the_union_and_what_lies_under_it(world: World) -> None:
    reviewer = world.act("luyang")
    assert access.may(reviewer, "person.view", world.unions["factory"].pk)
    assert not access.may(reviewer, "person.view", world.unions["mill"].pk)
    assert not access.may(reviewer, "person.view", world.unions["city"].pk)


def test_a_permission_the_role_lacks_is_refused(world: World) -> None:
    with pytest.raises(NotForYou):
        access.require(world.act("factory"), "grant.give", world.unions["factory"].pk)


def test_an_ended_right_opens_nothing(world: World) -> None:
    security = worlds.appoint(world, "province", "security_admin", "security")
    held = Grant.objects.get(user_id=world.actors["factory"].user_id)
    world.act("security")

    grants.end(actor=security, at=AT, grant_id=held.pk)

    assert not access.may(world.act("factory"), "person.view", world.unions["factory"].pk)


def test_a_right_ends_once_and_the_person_is_told(world: World) -> None:
    security = worlds.appoint(world, "province", "security_admin", "security")
    held = Grant.objects.get(user_id=world.actors["factory"].user_id)
    world.act("security")
    grants.end(actor=security, at=AT, grant_id=held.pk)
    ended = Grant.objects.get(pk=held.pk)

    with pytest.raises(Refusal, check=lambda refusal: refusal.code == "grant_ended_already"):
        grants.end(actor=security, at=AT + timedelta(days=9), grant_id=held.pk)

    assert Grant.objects.get(pk=held.pk).valid_to == ended.valid_to
    world.act("factory")
    assert Message.objects.filter(kind="grant_ended").count() == 1


def test_a_right_needs_the_password_again_and_another_person(world: World) -> None:
    security = worlds.appoint(world, "province", "security_admin", "security")
    world.act("security")
    asked = {"at": AT, "role": "grassroots_officer", "union_id": world.unions["mill"].pk}
    somebody = world.actors["factory"].user_id
    assert somebody
    assert security.user_id

    with pytest.raises(NeedsStepUp):
        grants.give(actor=replace(security, stepped_up=False), user_id=somebody, **asked)
    with pytest.raises(Refusal, check=lambda refusal: refusal.code == "grant_to_oneself"):
        grants.give(actor=security, user_id=security.user_id, **asked)

    given = grants.give(actor=security, user_id=somebody, **asked)
    assert given.seal == grants.seal_of(given)


def test_a_role_that_gave_no_rights_when_it_was_given_gives_none_and_says_so(world: World) -> None:
    security = worlds.appoint(world, "province", "security_admin", "security")
    ready.behind("UPDATE registry_grant SET administers = false WHERE user_id = %s", [security.user_id])
    somebody = world.actors["factory"].user_id
    assert somebody
    world.act("security")

    with pytest.raises(Refusal, check=lambda refusal: refusal.code == "grant_without_giving"):
        grants.give(
            actor=security,
            at=AT,
            user_id=somebody,
            role="grassroots_officer",
            union_id=world.unions["mill"].pk,
        )


def test_roles_that_stand_apart_are_not_given_to_one_person(world: World) -> None:
    security = worlds.appoint(world, "province", "security_admin", "security")
    auditor = worlds.appoint(world, "province", "auditor", "auditor")
    world.act("security")
    assert auditor.user_id
    with pytest.raises(Refusal) as refused:
        grants.give(
            actor=security,
            at=AT,
            user_id=auditor.user_id,
            role="system_admin",
            union_id=world.unions["city"].pk,
        )
    assert refused.value.code == "roles_apart"


def test_a_token_is_held_to_its_scopes(world: World) -> None:
    held = replace(world.act("luyang"), scopes=frozenset({"union.view"}))
    assert access.may(held, "union.view", world.unions["factory"].pk)
    assert not access.may(held, "person.view", world.unions["factory"].pk)


def test_a_right_begins_and_ends_on_its_days(world: World) -> None:
    actor = world.act("mill")
    begun = days.business_day(AT)
    assert not access.grants_of(actor, begun - timedelta(days=1)).exists()
    assert access.grants_of(actor, begun).exists()
    ready.behind(
        "UPDATE registry_grant SET valid_to = %s WHERE user_id = %s", [access._today(), actor.user_id]
    )
    assert not access.may(actor, "person.view", world.unions["mill"].pk)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE registry_grant SET user_id = access_user()",
        "UPDATE registry_grant SET role = 'security_admin'",
        "UPDATE registry_grant SET union_id = 1, reads_people = true",
        "DELETE FROM registry_grant",
    ],
)
def test_the_database_lets_nobody_hand_on_or_change_a_right(world: World, statement: str) -> None:
    world.act("factory")

    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
