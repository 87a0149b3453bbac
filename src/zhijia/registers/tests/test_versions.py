"""A definition that changed takes over with the rows there are, or is refused with them; nothing is half done."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from zhijia.catalogue.register_rules import Register
from zhijia.registers.models import List, Past, RegisterVersion, Row
from zhijia.registers.queries import history, listing
from zhijia.registers.services import changing, checking, lists
from zhijia.registers.tests import world as rooms
from zhijia.registry.tests import ready
from zhijia.registry.tests.world import AT, World, build


@pytest.fixture
def world(db: Any) -> World:
    made = build()
    made.act("province")
    rooms.publish()
    return made


def _fields(**instead: dict[str, Any] | None) -> list[dict[str, Any]]:
    return [
        {**field, **(instead.get(field["name"]) or {})}
        for field in rooms.said()["fields"]
        if instead.get(field["name"], {}) is not None
    ]


def test_old_rows_that_no_longer_fit_are_named_before_it_is_published(world: World) -> None:
    rooms.add(world, seats="30")
    rooms.add(world, name="大", seats="400")
    smaller = Register.model_validate(rooms.said(version=2, fields=_fields(seats={"most": 100})))
    (said,) = checking.misfits(smaller)
    assert "1 rows" in said
    assert "Fields of the version before that go" in said
    assert not list(checking.misfits(Register.model_validate(rooms.said(version=2))))
    with pytest.raises(IntegrityError), transaction.atomic():
        rooms.publish(version=2, fields=_fields(seats={"most": 100}))
    assert lists.ready(rooms.CODE, at=AT).definition.version == 1


def test_of_many_that_no_longer_fit_the_first_five_are_named(world: World) -> None:
    rooms.add(world, seats="30")
    large = [rooms.add(world, name=f"大{number}", seats="400").number for number in range(6)]
    found = checking.fit(Register.model_validate(rooms.said(version=2, fields=_fields(seats={"most": 100}))))
    assert (found.rows, found.misfits, list(found.numbers)) == (7, 6, large[:5])


def test_old_rows_are_read_by_the_rule_the_version_states_and_stay_as_they_were_in_the_past(
    world: World,
) -> None:
    row = rooms.add(world, cost="12")
    fields = _fields(
        seats={"name": "chairs", "was": "seats"},
        kind={"choices": [rooms._item("reading"), rooms._item("sport"), rooms._item("music")]},
        cost=None,
    )
    fields.append(rooms._field("floor", "whole", "楼层", find=True, default=1))
    rooms.publish(
        version=2,
        fields=fields,
        dropped=["cost"],
        checks=[],
        facts=[{"kind": "register.studio_named", "quantity": "chairs"}],
    )
    after = rooms.again(row)
    assert (after.values["chairs"], after.values["floor"], after.version) == (30, 1, 2)
    assert not {"seats", "cost"} & set(after.values)
    assert Past.objects.get().values["seats"] == 30
    officer = world.act("luyang")
    assert [
        found.pk
        for found in listing.page(officer, rooms.CODE, at=AT, filters={"floor": 1, "chairs": 30}).rows
    ] == [row.pk]
    assert [was.values.get("seats") for was in history.of(officer, rooms.CODE, row.pk, at=AT)] == [None, 30]
    changing.change(
        actor=officer,
        at=AT + timedelta(days=400),
        code=rooms.CODE,
        row_id=row.pk,
        version=2,
        typed={"chairs": "31"},
    )


def test_preparing_again_or_an_older_version_changes_nothing(world: World) -> None:
    kept = lists.ready(rooms.CODE, at=AT)
    version = List.objects.get(code=rooms.CODE).version
    assert version is not None
    assert lists.prepare(version) == kept
    newer = rooms.publish(version=3)
    assert lists.prepare(version) == newer


def test_nobody_prepares_what_was_not_published(world: World) -> None:
    evil = {"fields": [{"name": "x'); DROP TABLE registers_row; --"}]}
    draft = ready.add(RegisterVersion(code="test.evil", number=1, content=evil, made_at=AT))
    with pytest.raises(IntegrityError), transaction.atomic():
        lists.prepare(draft)
    future = ready.add(RegisterVersion(
        code="test.later", number=1, content=draft.content, state="published", since=date(2099, 1, 1),
        made_by=1, published_by=2, published_at=AT, made_at=AT,
    ))  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        lists.prepare(future)
    named = ready.add(RegisterVersion(
        code="test.evil", number=2, state="published", since=AT.date(), made_by=1, published_by=2, published_at=AT,
        made_at=AT, content=rooms.said(code="test.evil", fields=[rooms._field("x'y", "text", "甲", required=True)]),
    ))  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        lists.prepare(named)


def test_a_partition_is_reached_through_its_parent_and_its_policies_alone(world: World) -> None:
    kept = lists.ready(rooms.CODE, at=AT)
    rooms.add(world)
    world.act("luyang")
    assert Row.objects.count() == 1
    for statement in ("SELECT * FROM {}", "DELETE FROM {}", "TRUNCATE {}"):
        with (
            pytest.raises(Exception, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement.format(f"registers_row_{kept.id}"))
