"""Many rows at once: imported once, taken back, changed in one go."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from zhijia.facts.models import Fact
from zhijia.kernel import context
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.registers import verify
from zhijia.registers.models import Due, Link, Past, Row
from zhijia.registers.queries import due, linked, public, searching
from zhijia.registers.services import batching, bulk, changing, dueing, lists, moving
from zhijia.registers.services.promises import NotTaken
from zhijia.registers.tests import world as rooms
from zhijia.registry.tests.world import AT, World, build


@pytest.fixture
def world(committed: None) -> World:
    made = build()
    made.act("province")
    rooms.publish()
    return made


@pytest.fixture
def inside(db: Any) -> World:
    made = build()
    made.act("province")
    rooms.publish()
    return made


def _rows(world: World, many: int) -> Iterator[dict[str, Any]]:
    for number in range(many):
        yield {
            "name": f"活动\t室\\{number}",
            "kind": "sport",
            "seats": number % 500 + 1,
            "opened": "2025-03-01",
            "of": str(world.unions["factory"].pk),
            "phone": "16900000001",
        }


def _import(world: World, run: Any, many: int = 30, who: str = "luyang", **more: Any) -> int:
    with context.acting(world.actors[who]) as actor:
        return bulk.add_many(
            actor=actor,
            at=AT,
            code=rooms.CODE,
            union_id=world.unions["luyang"].pk,
            rows=[{**one, **more} for one in _rows(world, many)],
            run=run,
        )


def test_a_run_writes_its_rows_once_with_all_that_follows_and_is_taken_back(world: World) -> None:
    run = uuid4()
    assert _import(world, run) == 30
    assert _import(world, run) == 30
    with context.acting(world.actors["luyang"]):
        rows = list(Row.objects.order_by("number"))
        assert [row.number for row in rows] == list(range(1, 31))
        assert rows[3].title == "活动\t室\\3"
        assert rows[3].other_county_id == world.unions["luyang"].pk
        assert Due.objects.filter(state="open").count() == Link.objects.count() == 30
        assert (
            sum(Fact.objects.filter(kind="register.studio_named").values_list("quantity", flat=True)) == 465
        )
        changing.change(
            actor=world.actors["luyang"],
            at=AT,
            code=rooms.CODE,
            row_id=rows[0].pk,
            version=1,
            typed={"seats": "9"},
        )
    assert verify.rows_are_the_facts().differences == ()
    assert verify.links_are_the_values().differences == ()
    with context.acting(world.actors["luyang"]) as actor:
        assert bulk.take_back(actor=actor, at=AT, code=rooms.CODE, run=run) == (29, 1)
    with context.whole() as cursor:
        cursor.execute("SELECT count(*) FROM vault_secret WHERE kind BETWEEN 91 AND 93")
        assert cursor.fetchone() == (1,)
    with context.acting(world.actors["luyang"]):
        assert (Row.objects.count(), Link.objects.count(), Past.objects.count()) == (1, 1, 1)
    assert verify.rows_are_the_facts().differences == ()


def test_a_row_the_database_refuses_leaves_nothing_of_the_run(world: World) -> None:
    with pytest.raises(NotTaken) as refused:
        _import(world, uuid4(), seats=501)
    assert refused.value.wrong[0].name == "seats"
    with pytest.raises(NotForYou):
        _import(world, uuid4(), 2, who="shushan")
    with context.whole() as cursor:
        cursor.execute("SELECT count(*) FROM registers_row")
        assert cursor.fetchone() == (0,)


def test_a_batch_changes_all_its_rows_or_none(inside: World) -> None:
    rows = [rooms.add(inside, name=f"室{number}") for number in range(3)]
    ids = [row.pk for row in rows]

    def change(**asked: Any) -> int:
        return batching.change(actor=inside.act("luyang"), at=AT, code=rooms.CODE, row_ids=ids, **asked)

    assert change(typed={"seats": "77"}, state="repair", reason="漏水") == 3
    after = [rooms.again(row) for row in rows]
    assert {(row.number_1, row.state, row.version) for row in after} == {(77, "repair", 2)}
    assert Past.objects.count() == 3
    assert change(typed={"seats": "77"}) == 0
    with pytest.raises(Refusal, match="500"):
        change(typed={"seats": "501"})
    with pytest.raises(NotForYou):
        batching.change(
            actor=inside.act("shushan"), at=AT, code=rooms.CODE, row_ids=ids, typed={"seats": "1"}
        )
    inside.act("luyang")
    told = Fact.objects.filter(kind="register.studio_named").values_list("quantity", flat=True)
    assert sum(told) == 3 * 77


def test_everybody_sees_the_publics_fields_of_rows_that_stand(inside: World) -> None:
    row = rooms.add(inside, name="晨光阅览室", cost="500", of=str(inside.unions["factory"].pk))
    rooms.add(inside, name="维修中心", kind="sport")
    context.enter(Actor(None, "page", "visitor"))
    (shown,) = public.page(rooms.CODE, at=AT, words="晨光").rows
    assert (shown.id, shown.title) == (row.pk, "晨光阅览室")
    assert set(shown.values) == {"name", "kind", "seats", "opened"}
    assert public.page(rooms.CODE, at=AT, words="机械").rows == []
    assert public.find(rooms.CODE, row.pk, at=AT) is not None
    assert not Row.objects.exists()
    batching.change(
        actor=inside.act("luyang"), at=AT, code=rooms.CODE, row_ids=[row.pk], state="closed", reason="拆除"
    )
    assert public.find(rooms.CODE, row.pk, at=AT) is None


def test_rows_are_found_by_words_by_what_they_name_and_by_what_is_due(inside: World) -> None:
    row = rooms.add(inside, of=str(inside.unions["factory"].pk), opened="2026-01-05")
    officer, stranger = inside.act("luyang"), inside.actors["shushan"]
    assert [found.row.pk for found in searching.everywhere(officer, "阅览 机械")] == [row.pk]
    assert [named.row.pk for named in linked.naming(officer, "union", inside.unions["factory"].pk)] == [
        row.pk
    ]
    soon = [coming.row.pk for coming in due.of(officer, at=AT)]
    assert soon == [row.pk]
    inside.act("shushan")
    assert not searching.everywhere(stranger, "阅览")
    assert not linked.naming(stranger, "union", inside.unions["factory"].pk)
    assert not due.of(stranger, at=AT)


def test_what_falls_due_says_which_row_what_and_who_answers_and_what_was_missed_waits_until_it_is_done(
    inside: World,
) -> None:
    row = rooms.add(inside, opened="2026-01-05")
    officer = inside.act("luyang")
    (coming,) = due.of(officer, at=AT)
    assert (coming.row.pk, str(coming.label), coming.union, coming.late) == (
        row.pk, "安全检查", inside.unions["luyang"].name, False,
    )  # fmt: skip
    Due.objects.filter(pk=coming.due.pk).update(state=Due.State.MISSED)
    after = AT + (coming.due.day - AT.date()) + timedelta(days=3)
    (missed,) = due.of(officer, at=after)
    assert (missed.due.pk, missed.late) == (coming.due.pk, True)
    assert [one.due.pk for one in due.of(officer, at=after, late=True)] == [coming.due.pk]
    assert not due.of(officer, at=after, late=False)
    assert not due.of(officer, at=after, after=(coming.due.day, coming.due.pk))
    _rule, first = due.next_of(lists.ready(rooms.CODE, at=AT), [row.pk])[row.pk]
    assert first.pk == coming.due.pk
    assert due.waiting(due.of_row(row.pk)) == {coming.due.pk}
    dueing.keep(actor=officer, at=after, code=rooms.CODE, row_id=row.pk, due="check")
    assert not due.of(officer, at=after, late=True)
    with pytest.raises(NotForYou):
        dueing.keep(actor=officer, at=after, code=rooms.CODE, row_id=row.pk, due="check", day=coming.due.day)


def test_what_was_missed_of_a_row_that_has_ended_is_nobodys_any_more(inside: World) -> None:
    row = rooms.add(inside, opened="2026-01-05")
    officer = inside.act("luyang")
    (coming,) = due.of(officer, at=AT)
    Due.objects.filter(pk=coming.due.pk).update(state=Due.State.MISSED)
    moving.move(
        actor=officer, at=AT, code=rooms.CODE, row_id=row.pk, version=1, state="closed", reason="拆除"
    )
    assert not due.of(officer, at=AT + timedelta(days=60))
