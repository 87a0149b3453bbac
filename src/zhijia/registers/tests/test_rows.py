"""A row is added, changed, moved on and ended; what anybody may not, they cannot."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from zhijia.facts.models import Fact
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.registers.models import Due, Link, Past, Row
from zhijia.registers.queries import history, listing, one
from zhijia.registers.services import adding, changing, dueing, keeping, moving
from zhijia.registers.services.changing import ChangedMeanwhile
from zhijia.registers.services.promises import NotTaken
from zhijia.registers.tests import world as rooms
from zhijia.registry.tests.world import AT, World, build


@pytest.fixture
def world(db: Any) -> World:
    made = build()
    made.act("province")
    rooms.publish()
    return made


def _change(world: World, row: Row, who: str = "luyang", version: int | None = None, **typed: Any) -> Row:
    return changing.change(
        actor=world.act(who), at=AT + timedelta(hours=1), code=rooms.CODE, row_id=row.pk,
        version=row.version if version is None else version, typed=typed,
    )  # fmt: skip


def test_a_row_stands_in_typed_columns_with_a_number_a_title_its_due_and_its_facts(world: World) -> None:
    union = world.unions["factory"]
    row = rooms.add(world, of=str(union.pk), point="31.82, 117.23", cost="1200.50")
    row = rooms.again(row)
    assert (row.number, row.title, row.state, row.since) == (1, "晨光阅览室", "open", date(2025, 3, 1))
    assert (row.other_union_id, row.latitude, row.values["cost"]) == (union.pk, 31.82, 120050)
    assert row.values["point"] == [31.82, 117.23]
    due = Due.objects.get(row_id=row.pk)
    assert (due.code, due.day, due.state) == ("check", date(2027, 3, 1), "open")
    assert [(link.kind, link.target) for link in Link.objects.filter(row_id=row.pk)] == [
        ("union", str(union.pk))
    ]
    told = Fact.objects.filter(record="row", record_id=str(row.pk)).values_list(
        "kind", "quantity", "dimensions"
    )
    assert sorted(told, key=lambda one: one[0]) == [
        ("register.row_added", 1, {"list": rooms.CODE}),
        ("register.studio_named", 30, {}),
    ]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": None}, "name"),
        ({"name": "长" * 41}, "name"),
        ({"seats": "0"}, "seats"),
        ({"seats": "many"}, "seats"),
        ({"kind": "pool"}, "kind"),
        ({"opened": "2025-02-30"}, "opened"),
        ({"point": "91, 0"}, "point"),
        ({"of": "99999999"}, "of"),
        ({"nothing": "x"}, "nothing"),
        ({"cost": "1000001"}, ""),
    ],
)
def test_what_does_not_fit_is_said_beside_its_field(world: World, typed: dict[str, Any], field: str) -> None:
    with pytest.raises(NotTaken) as refused:
        rooms.add(world, **typed)
    assert [wrong.name for wrong in refused.value.wrong] == [field]
    assert not Row.objects.exists()


def test_a_field_that_is_not_asked_is_not_kept(world: World) -> None:
    row = rooms.add(world, kind="sport", heated="yes")
    assert "heated" not in row.values
    assert rooms.add(world, name="二", heated="yes").values["heated"] is True


def test_the_same_name_stands_once_at_a_union_until_the_row_has_ended(world: World) -> None:
    row = rooms.add(world)
    rooms.add(world, "shushan")
    with pytest.raises(NotTaken) as refused:
        rooms.add(world)
    assert refused.value.wrong[0].name == "name"
    moving.move(
        actor=world.act("luyang"),
        at=AT,
        code=rooms.CODE,
        row_id=row.pk,
        version=1,
        state="closed",
        reason="拆除",
    )
    assert rooms.add(world).number > row.number


def test_an_officer_of_another_union_neither_sees_nor_changes_a_row(world: World) -> None:
    row = rooms.add(world)
    stranger = world.act("shushan")
    assert one.find(stranger, rooms.CODE, row.pk, at=AT) is None
    assert not listing.page(stranger, rooms.CODE, at=AT).rows
    with pytest.raises(NotForYou):
        _change(world, row, "shushan", seats="31")
    with pytest.raises(NotForYou):
        adding.add(
            actor=world.act("shushan"),
            at=AT,
            code=rooms.CODE,
            union_id=world.unions["luyang"].pk,
            typed=rooms.typed(),
        )
    assert one.find(world.act("province"), rooms.CODE, row.pk, at=AT) is not None


def test_the_union_a_row_is_about_sees_it_and_does_not_change_it(world: World) -> None:
    row = rooms.add(world, of=str(world.unions["factory"].pk), cost="10")
    officer = world.act("factory")
    assert one.find(officer, rooms.CODE, row.pk, at=AT) is not None
    kept = adding.lists.ready(rooms.CODE, at=AT)
    assert "cost" not in {shown.column.name for shown in one.shown(officer, kept, row)}
    with pytest.raises(NotForYou):
        _change(world, row, "factory", seats="31")


def test_two_who_change_a_row_at_once_do_not_write_over_each_other(world: World) -> None:
    row = rooms.add(world)
    _change(world, row, seats="40")
    with pytest.raises(ChangedMeanwhile) as refused:
        _change(world, row, seats="50")
    assert refused.value.row.values["seats"] == 40
    assert refused.value.mine == {"seats": "50"}
    assert refused.value.by == world.actors["luyang"].user_id
    assert rooms.again(row).values["seats"] == 40


def test_what_a_row_was_stays_and_the_list_is_shown_as_it_was_on_a_day(world: World) -> None:
    row = rooms.add(world)
    changing.change(
        actor=world.act("luyang"), at=AT + timedelta(days=2), code=rooms.CODE, row_id=row.pk, version=1,
        typed={"seats": "44"},
    )  # fmt: skip
    officer = world.act("luyang")
    assert [was.values["seats"] for was in history.of(officer, rooms.CODE, row.pk, at=AT)] == [44, 30]

    def on(day: date) -> list[int]:
        return [was.values["seats"] for was in history.as_of(officer, rooms.CODE, day=day, at=AT).rows]

    assert on(AT.date() - timedelta(days=1)) == []
    assert on(AT.date()) == [30]
    assert on(AT.date() + timedelta(days=2)) == [44]
    assert not history.as_of(world.act("shushan"), rooms.CODE, day=AT.date(), at=AT).rows


def test_no_way_of_writing_skips_the_past(world: World) -> None:
    row = rooms.add(world)
    world.act("luyang")
    for change in (
        {"title": "别的"},
        {"values": {**row.values, "seats": 31}, "number_1": 31},
        {"state": "repair"},
        {"version": 5},
        {"made_at": AT - timedelta(days=1)},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Row.objects.filter(pk=row.pk).update(**change)
    assert Past.objects.count() == 0
    assert Row.objects.filter(pk=row.pk).delete()[0] == 0


def test_a_changed_number_is_told_anew_on_the_day_of_the_row(world: World) -> None:
    row = rooms.add(world)
    _change(world, row, seats="44")
    told = Fact.objects.filter(record_id=str(row.pk), kind="register.studio_named").values_list(
        "quantity", "day"
    )
    assert sorted(quantity for quantity, _day in told) == [-30, 30, 44]
    assert {day for _quantity, day in told} == {AT.date()}


def test_a_row_goes_its_states_and_ends_with_a_reason(world: World) -> None:
    row = rooms.add(world)

    def move(state: str, version: int, reason: str = "漏水") -> Row:
        return moving.move(
            actor=world.act("luyang"),
            at=AT,
            code=rooms.CODE,
            row_id=row.pk,
            version=version,
            state=state,
            reason=reason,
        )

    with pytest.raises(Refusal) as silent:
        move("repair", 1, "")
    assert silent.value.code == "reason_lacks"
    move("repair", 1)
    assert Due.objects.get(row_id=row.pk).state == "gone"
    assert move("closed", 2).ended_on == AT.date()
    with pytest.raises(Refusal):
        move("repair", 3)
    with pytest.raises(Refusal):
        _change(world, row, version=3, seats="2")
    assert Fact.objects.filter(record_id=str(row.pk), kind="register.row_ended").count() == 1


def test_what_was_kept_is_counted_on_from_that_day(world: World) -> None:
    row = rooms.add(world)
    dueing.keep(actor=world.act("luyang"), at=AT, code=rooms.CODE, row_id=row.pk, due="check", note="查过")
    dues = Due.objects.filter(row_id=row.pk).order_by("day").values_list("state", "day")
    assert list(dues) == [("open", date(2027, 11, 20)), ("kept", date(2027, 3, 1))][::-1]
    with pytest.raises(NotForYou):
        dueing.keep(actor=world.act("shushan"), at=AT, code=rooms.CODE, row_id=row.pk, due="check")


def test_the_day_something_was_done_is_written_into_the_field_it_is_counted_from(world: World) -> None:
    dues = [{**rooms.said()["dues"][0], "from": "checked"}]
    rooms.publish(version=2, dues=dues)
    row = rooms.add(world, checked="2025-06-01")
    kept = {"actor": world.act("luyang"), "at": AT, "code": rooms.CODE, "row_id": row.pk, "due": "check"}
    with pytest.raises(Refusal) as later:
        keeping.keep(**kept, done_on=AT.date() + timedelta(days=1))

    keeping.keep(**kept, done_on=AT.date())

    now = rooms.again(row)
    assert later.value.code == "done_later"
    assert (now.values["checked"], now.version) == (AT.date().isoformat(), 2)
    open_ones = Due.objects.filter(row_id=row.pk, state="open").values_list("day", flat=True)
    assert list(open_ones) == [date(2027, 11, 20)]


def test_where_the_thing_itself_began_is_not_written_over_when_something_is_done(world: World) -> None:
    row = rooms.add(world)

    keeping.keep(
        actor=world.act("luyang"), at=AT, code=rooms.CODE, row_id=row.pk, due="check", done_on=AT.date()
    )

    assert rooms.again(row).values["opened"] == "2025-03-01"


def test_what_is_missing_is_named_without_another_stop(world: World) -> None:
    fields = [
        {**one, "label": {"en": "How often?", "zh": "擦了几次？"}} if one["name"] == "seats" else one
        for one in rooms.said()["fields"]
    ]
    rooms.publish(version=2, fields=fields)

    with pytest.raises(NotTaken) as refused:
        rooms.add(world, seats=None)

    assert str(refused.value.wrong[0].words).endswith(("？", "?"))


def test_a_list_is_filtered_and_ordered_by_its_fields_a_page_at_a_time(world: World) -> None:
    for number in range(7):
        rooms.add(
            world, name=f"活动室{number}", seats=str(10 + number), kind="sport" if number % 2 else "reading"
        )
    officer = world.act("province")

    def names(**asked: Any) -> list[str]:
        return [row.title[-1] for row in listing.page(officer, rooms.CODE, at=AT, **asked).rows]

    assert names() == list("6543210")
    assert names(filters={"kind": "sport"}, order="seats") == list("135")
    assert names(filters={"seats": (12, 14)}, order="-seats") == list("432")
    assert names(words="活动室3") == ["3"]
    assert names(words="没有") == []
    walked, after = [], None
    while True:
        page = listing.page(officer, rooms.CODE, at=AT, order="-seats", after=after, rows=3)
        walked += [row.title[-1] for row in page.rows]
        after = page.after
        if after is None:
            break
    assert walked == list("6543210")
    assert listing.count(officer, rooms.CODE, at=AT, filters={"kind": "sport"}) == 3
    assert names(union_id=world.unions["shushan"].pk) == []
    with pytest.raises(Refusal):
        names(filters={"cost": 1})


def test_a_sealed_value_lies_in_the_vault_and_is_masked(world: World) -> None:
    row = rooms.add(world, phone="16900000001")
    assert "16900000001" not in str(rooms.again(row).values)
    kept = adding.lists.ready(rooms.CODE, at=AT)
    shown = {field.column.name: field.text for field in one.shown(world.act("luyang"), kept, row)}
    assert shown["phone"].startswith("169")
    assert "0000000" not in shown["phone"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM registers_row WHERE words::text LIKE '%%1690%%'")
        assert cursor.fetchone() == (0,)
