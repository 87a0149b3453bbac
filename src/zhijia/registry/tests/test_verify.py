"""`zhijia verify` reads every row, also those no row policy would show to anybody, and names what is wrong."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from zhijia.kernel import context
from zhijia.kernel.actors import Actor
from zhijia.registry import verify
from zhijia.registry.tests import world as worlds

Sql = Callable[..., list[Any]]


@pytest.fixture
def kept(committed: None) -> worlds.World:
    """A world that is really committed, with one member."""
    with context.acting(Actor(None, "command", "test")):
        world = worlds.build()
        worlds.member(world, "ding", "factory", serial=1)
    return world


def test_a_sound_register_has_nothing_wrong(kept: worlds.World) -> None:
    for check in (
        verify.members_are_the_facts,
        verify.rows_stand_in_their_place,
        verify.initials_are_those_of_the_names,
        verify.grants_are_sealed,
    ):
        checked = check()
        assert checked.rows_read > 0, check
        assert checked.differences == (), check


def test_a_row_outside_every_scope_is_found(kept: worlds.World, owner_sql: Sql) -> None:
    before = verify.rows_stand_in_their_place()
    owner_sql(
        "INSERT INTO registry_person (id, name, name_initials, id_type, sex, nationality, education, hukou_type,"
        " hukou_division, home_division, migrant, gig_group, occupation, skill, work_status, employer_name,"
        " model_level, real_name_level, sources, changed_at, union_id, county_id)"
        " VALUES (%s, 'nobody', '', '111', '0', 'CHN', '', '', '', '', false, '00', '', '', '01', '', '0', 0, '{}',"
        " now(), 999999, 999999)",
        [uuid4()],
    )

    checked = verify.rows_stand_in_their_place()

    assert checked.rows_read == before.rows_read + 1
    assert any("outside its union" in sentence for sentence in checked.differences)


def test_a_membership_without_its_fact_is_found(kept: worlds.World, owner_sql: Sql) -> None:
    owner_sql("UPDATE registry_membership SET valid_to = current_date")
    assert any("the facts say 1" in sentence for sentence in verify.members_are_the_facts().differences)


def test_a_name_written_without_its_initials_is_found(kept: worlds.World, owner_sql: Sql) -> None:
    owner_sql("UPDATE registry_person SET name = '曾庆'")
    assert any(
        "another name" in sentence for sentence in verify.initials_are_those_of_the_names().differences
    )


def test_a_grant_changed_behind_our_back_is_found(kept: worlds.World, owner_sql: Sql) -> None:
    owner_sql("UPDATE registry_grant SET role = 'security_admin' WHERE role = 'county_reviewer'")
    assert len(verify.grants_are_sealed().differences) == 2


def test_a_sealed_value_left_behind_is_found(kept: worlds.World, owner_sql: Sql) -> None:
    owner_sql("UPDATE vault_secret SET union_id = NULL WHERE person_id IS NOT NULL")
    assert any("vault_secret" in sentence for sentence in verify.rows_stand_in_their_place().differences)
