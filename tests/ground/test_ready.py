"""A world put back is the one the services build."""

from collections.abc import Callable
from typing import Any

from django.db import connection, connections, transaction

from tests.ground import sweep
from zhijia.registry.tests import ready
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.ready import behind


def _stands(build: Callable[[], worlds.World], server: str) -> tuple[dict[str, int], worlds.World, str]:
    """What each table holds once it stands, what was answered, and whether whoever acts is the founder."""
    with transaction.atomic():
        world = build()
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('zhijia.user')")
            (acting,) = cursor.fetchone()
    held = {}
    with connections["bulk"].cursor() as cursor:
        for table in sorted(sweep.filled_since(server, connection.settings_dict["NAME"]) - {"audit_entry"}):
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            held[table] = cursor.fetchone()[0]
    return held, world, acting


def test_what_is_put_back_is_what_the_services_build(committed: None, server: str) -> None:
    put_back, again, acting = _stands(worlds.build, server)
    sweep.sweep(server, connection.settings_dict["NAME"])
    built, anew, founder = _stands(worlds.build.__wrapped__, server)  # type: ignore[attr-defined]

    assert put_back == built
    assert (built["registry_union"], built["registry_grant"]) == (7, 6)
    assert (again.unions.keys(), again.actors.keys()) == (anew.unions.keys(), anew.actors.keys())
    assert acting == str(again.actors["founder"].user_id)
    assert founder == str(anew.actors["founder"].user_id)


def test_what_one_test_does_to_a_world_the_next_does_not_find(db: Any) -> None:
    with transaction.atomic():
        first = worlds.build()
        behind("UPDATE registry_union SET name = 'another' WHERE id = %s", [first.unions["factory"].pk])
        first.refresh()
        assert first.unions["factory"].name == "another"
        del first.actors["mill"]
        transaction.set_rollback(True)

    world = worlds.build()

    world.act("factory")
    world.refresh()
    assert world.unions["factory"].name == "晨光机械工会"
    assert "mill" in world.actors


def test_the_numbers_of_people_and_of_unions_are_never_the_same(db: Any) -> None:
    world = worlds.build()

    users = {actor.user_id for actor in world.actors.values()}
    assert not users & {union.pk for union in world.unions.values()}


def test_under_other_keys_a_world_is_built_in_earnest(db: Any, settings: Any, tmp_path: Any) -> None:
    settings.KEYS = str(tmp_path / "keys.json")

    assert "zhijia.registry.tests.world.build" in ready._ready
    assert (
        worlds.build().actors["founder"].user_id
        != ready._ready["zhijia.registry.tests.world.build"].built.actors["founder"].user_id
    )
