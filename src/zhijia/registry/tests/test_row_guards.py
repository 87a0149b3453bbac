"""Who holds a role, who is a member and whom a union covers: what the database says to SQL past every service."""

from contextlib import AbstractContextManager, nullcontext
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction

from zhijia.kernel import context
from zhijia.kernel.actors import Actor
from zhijia.registry.models import Employer, Grant, Membership
from zhijia.registry.services import memberships
from zhijia.registry.tests import by_hand, ready
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.world import AT, World

ASKING = (
    "security", "clerk", "province", "luyang", "shushan", "factory", "mill", "member", "nobody", "a job",
)  # fmt: skip
GIVEN = (
    "INSERT INTO registry_grant (user_id, role, union_id, reads_people, valid_from, given_by, given_at, seal)"
    " VALUES (%(user)s, 'county_reviewer', %(union)s, true, '2026-11-20', access_user(), now(), '')"
)
TRAIL = (
    "INSERT INTO audit_entry (at, action, subject, subject_id, channel, request_id, address, device, reason, detail)"
    " VALUES (now(), %(action)s, 'grant', %(grant)s, 'page', '', '', '', '', '{}')"
)
JOINED = (
    "INSERT INTO registry_membership (id, person_id, member_number, status, joined_on, valid_from, channel, union_id,"
    " county_id) VALUES (gen_random_uuid(), gen_random_uuid(), '1', '10', '2026-11-20', '2026-11-20', 'x', %(union)s,"
    " %(county)s)"
)


@pytest.fixture
def world(db: Any) -> World:
    """The province has a security administrator, and the county of Luyang one of its own."""
    made = worlds.build()
    worlds.member(made, "member", "factory", serial=1)
    worlds.appoint(made, "province", "security_admin", "security")
    worlds.appoint(made, "luyang", "security_admin", "clerk")
    made.actors["nobody"] = Actor(None, "page", "test")
    made.actors["a job"] = Actor(None, "job", "test")
    return made


def lets(world: World, write: str, **values: Any) -> list[str]:
    """Whom the database lets write this."""
    return [who for who in ASKING if not by_hand.refused(world.actors[who], write, values)]


def run(write: str, values: dict[str, Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(write, values)
        return int(cursor.rowcount)


def test_a_role_is_given_by_who_gives_rights_over_the_union_and_to_others_alone(world: World) -> None:
    user = world.actors["member"].user_id
    give = {name: lets(world, GIVEN, user=user, union=union.pk) for name, union in world.unions.items()}

    assert give["province"] == give["city"] == give["mill"] == give["shushan"] == ["security"]
    assert give["luyang"] == give["factory"] == ["security", "clerk"]
    for who in ("security", "clerk"):
        own = {"user": world.actors[who].user_id, "union": world.unions["factory"].pk}
        assert by_hand.refused(world.actors[who], GIVEN, own)
        other = GIVEN.replace("access_user()", str(world.actors["province"].user_id))
        assert by_hand.refused(world.actors[who], other, {"user": user, "union": world.unions["factory"].pk})


def test_a_role_is_ended_where_rights_are_given_and_never_opened_again(world: World) -> None:
    held = Grant.objects.get(user_id=world.actors["factory"].user_id)
    end = "UPDATE registry_grant SET valid_to = '2026-12-01' WHERE id = %(grant)s"
    ended = {}
    for who in ASKING:
        world.act(who)
        point = transaction.savepoint()
        ended[who] = run(end, {"grant": held.pk})
        transaction.savepoint_rollback(point)
    assert [who for who, many in ended.items() if many] == ["security", "clerk"]

    ready.behind(end.replace("%(grant)s", "%s"), [held.pk])
    for again in ("NULL", "'2027-01-01'", "valid_to"):
        assert by_hand.refused(
            world.actors["security"], f"UPDATE registry_grant SET valid_to = {again} WHERE id = {held.pk}", {}
        )


@pytest.mark.parametrize(("action", "fits"), [("", False), ("grant.end", False), ("grant.give", True)])
def test_a_role_is_given_with_its_line_on_the_trail(world: World, action: str, fits: bool) -> None:
    world.act("security")
    point = transaction.savepoint()
    run(GIVEN, {"user": world.actors["member"].user_id, "union": world.unions["mill"].pk})
    if action:
        run(TRAIL, {"action": action, "grant": str(Grant.objects.latest("pk").pk)})
    asked: AbstractContextManager[Any] = (
        nullcontext() if fits else pytest.raises(ProgrammingError, match="its line on the trail")
    )
    with asked:
        run("SET CONSTRAINTS registry_grant_is_on_the_trail IMMEDIATE", {})
    transaction.savepoint_rollback(point)


def test_a_membership_is_opened_by_who_works_at_its_union(world: World) -> None:
    factory, luyang = world.unions["factory"].pk, world.unions["luyang"].pk

    assert lets(world, JOINED, union=factory, county=luyang) == ["province", "luyang", "factory"]
    own = JOINED.replace("gen_random_uuid(), '1'", "access_person(), '1'")
    assert by_hand.refused(world.actors["member"], own, {"union": factory, "county": luyang})


def test_a_membership_is_not_opened_at_anothers_union_under_ones_own_county(world: World) -> None:
    at = {name: union.pk for name, union in world.unions.items()}

    assert lets(world, JOINED, union=at["factory"], county=at["shushan"]) == []
    assert lets(world, JOINED, union=at["mill"], county=at["luyang"]) == []
    assert lets(world, JOINED, union=at["mill"], county=at["shushan"]) == ["province", "shushan", "mill"]


def test_a_membership_that_stands_in_ones_county_by_mistake_is_not_changed(world: World) -> None:
    person = world.actors["member"].person_id
    write = "UPDATE registry_membership SET status = '40', valid_to = '2026-11-20'"
    ready.behind(
        "UPDATE registry_membership SET county_id = %s, import_id = 7 WHERE person_id = %s",
        [world.unions["shushan"].pk, person],
    )

    assert by_hand.refused(world.actors["shushan"], write, {})


@pytest.mark.parametrize("said", ["valid_to = '2026-11-20', status = '40'", "status = '30'", "status = '10'"])
def test_a_person_does_not_change_their_own_membership(world: World, said: str) -> None:
    write = f"UPDATE registry_membership SET {said} WHERE person_id = %(person)s"
    person = world.actors["member"].person_id

    assert by_hand.refused(world.actors["member"], write, {"person": person})
    assert not by_hand.refused(world.actors["factory"], write, {"person": person})


def test_a_person_ends_what_an_import_made_and_nothing_else_of_it(world: World) -> None:
    member = world.actors["member"]
    held = Membership.objects.filter(person_id=member.person_id)
    ready.behind("UPDATE registry_membership SET import_id = 7 WHERE person_id = %s", [member.person_id])
    stays = "UPDATE registry_membership SET status = '30' WHERE person_id = %(person)s"

    assert by_hand.refused(member, stays, {"person": member.person_id})
    world.act("member")
    memberships.refuse_registration(actor=member, at=AT, reason="refused_by_member")
    assert held.get().valid_to is not None
    again = "UPDATE registry_membership SET status = '10', valid_to = NULL WHERE person_id = %(person)s"
    assert all(
        by_hand.refused(world.actors[who], again, {"person": member.person_id})
        for who in ("member", "factory")
    )


@pytest.mark.parametrize(
    "write",
    [
        "UPDATE registry_membership SET union_id = %(mill)s",
        "UPDATE registry_membership SET joined_on = '1990-01-01'",
        "UPDATE registry_membership SET person_id = gen_random_uuid()",
        "DELETE FROM registry_membership",
        "UPDATE registry_membership_change SET reason = 'x'",
        "DELETE FROM registry_membership_change",
        "UPDATE registry_coverage SET valid_to = '2026-11-20'",
        "DELETE FROM registry_coverage",
        "UPDATE registry_employer SET credit_code = NULL",
        "DELETE FROM registry_employer",
    ],
)
def test_what_no_session_says_of_members_and_employers_is_refused_to_all(world: World, write: str) -> None:
    assert lets(world, write, mill=world.unions["mill"].pk) == []


def test_a_union_says_itself_whom_it_covers(world: World) -> None:
    firm = Employer.objects.create(name="晨光机械有限公司", division="340103000000")
    covers = (
        "INSERT INTO registry_coverage (union_id, employer_id, valid_from)"
        " VALUES (%(union)s, %(firm)s, '2026-11-20')"
    )

    assert lets(world, covers, union=world.unions["factory"].pk, firm=firm.pk) == [
        "security", "clerk", "province", "luyang", "factory",
    ]  # fmt: skip


def test_the_role_for_loads_is_not_asked(committed: None) -> None:
    """What no session of the app may say the role `bulk` does: reorganisations, imports and merges rest on it."""
    with transaction.atomic():
        made = worlds.build()
        worlds.member(made, "member", "factory", serial=1)
    with context.whole() as cursor:
        for write in (
            "UPDATE registry_membership SET valid_to = '2026-11-20', status = '40'",
            "UPDATE registry_membership SET valid_to = NULL, status = '10', joined_on = '2020-01-01'",
            "UPDATE registry_grant SET valid_to = '2026-11-20'",
            "UPDATE registry_grant SET valid_to = NULL",
            "DELETE FROM registry_membership",
        ):
            cursor.execute(write)
            assert cursor.rowcount > 0, write
