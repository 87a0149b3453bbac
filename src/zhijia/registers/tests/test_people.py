"""A row goes with its person: when two registrations become one, and to another union where its list says so."""

from typing import Any
from uuid import uuid4

from django.db import connection

from zhijia.registers.models import Due, Link, Row
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
