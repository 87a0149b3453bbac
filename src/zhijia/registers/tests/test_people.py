"""A row goes with its person: when two registrations become one, and to another union where its list says so."""

from typing import Any
from uuid import uuid4

from django.db import connection

from zhijia.kernel.context import acting
from zhijia.registers import verify
from zhijia.registers.models import Due, Link, Past, Row
from zhijia.registers.tests import world as rooms
from zhijia.registry.models import Person
from zhijia.registry.tests.world import AT, World, build


def _person(world: World, name: str) -> Person:
    union = world.unions["luyang"]
    return Person.objects.create(
        id=uuid4(), name=name, union_id=union.pk, county_id=union.stands_in, changed_at=AT
    )


def _row(world: World) -> tuple[Person, Row]:
    world.act("province")
    fields = [*rooms.said()["fields"], rooms._field("keeper", "person", "管理员", fills="person", find=True)]
    rooms.publish(fields=fields, follows=True)
    world.act("luyang")
    person = _person(world, "张小丰")
    return person, rooms.add(world, keeper=str(person.pk))


def test_a_row_names_who_stays_when_two_registrations_become_one(db: Any) -> None:
    world = build()
    _gone, row = _row(world)
    stays = _person(world, "张晓丰")
    Row.objects.filter(pk=row.pk).update(person_id=stays.pk)
    after = rooms.again(row)
    assert (after.values["keeper"], after.text_3, after.version) == (str(stays.pk), str(stays.pk), 1)
    link = Link.objects.get(row_id=row.pk, kind="person")
    assert (link.target, link.person_id) == (str(stays.pk), stays.pk)
    assert Due.objects.get(row_id=row.pk).person_id == stays.pk


def test_a_row_that_names_somebody_besides_names_who_stays_and_its_history_says_so(
    committed: None, owner_sql: Any
) -> None:
    """By what a merge does to what follows people; a row that names somebody else is left alone."""
    world = build()
    fields = [
        *rooms.said()["fields"],
        rooms._field("keeper", "person", "管理员", fills="person", required=False),
        rooms._field("deputy", "person", "副管理员", find=True, required=False),
        rooms._field("helper", "person", "帮手", required=False),
    ]
    with acting(world.actors["province"]):
        rooms.publish(fields=fields)
    with acting(world.actors["luyang"]):
        gone, stays, other = (_person(world, name) for name in ("张小丰", "张晓丰", "李四"))
        row = rooms.add(world, deputy=str(gone.pk), helper=str(gone.pk))
        about = rooms.add(world, name="第二室", keeper=str(other.pk), deputy=str(other.pk))

    for table in ("registers_row", "registers_link"):
        assert owner_sql("SELECT %s = ANY (registry_following())", [table]) == [(True,)]
        change = f"UPDATE {table} SET person_id = %s WHERE person_id = %s RETURNING 1"
        owner_sql(change, [stays.pk, gone.pk])

    with acting(world.actors["luyang"]):
        after = rooms.again(row)
        assert (after.values["deputy"], after.values["helper"], after.text_3) == (str(stays.pk),) * 3
        assert [past.values["deputy"] for past in Past.objects.filter(row_id=row.pk)] == [str(gone.pk)]
        assert set(Link.objects.filter(row_id=row.pk).values_list("target", flat=True)) == {str(stays.pk)}
        assert (after.version, rooms.again(about).version) == (2, 1)
    assert verify.links_are_the_values().differences == ()


def test_a_row_of_a_list_that_follows_goes_to_the_other_union_with_all_it_has(db: Any) -> None:
    world = build()
    person, row = _row(world)
    world.act("province")
    there = world.unions["shushan"]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE registers_row SET union_id = %s, county_id = %s WHERE person_id = %s AND follows",
            [there.pk, there.pk, person.pk],
        )
    world.act("shushan")
    assert Row.objects.get(pk=row.pk).union_id == there.pk
    assert {one.union_id for one in Link.objects.filter(row_id=row.pk)} == {there.pk}
    assert Due.objects.get(row_id=row.pk).county_id == there.pk
    world.act("luyang")
    assert not Row.objects.filter(pk=row.pk).exists()
