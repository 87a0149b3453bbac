"""Whatever a definition says, services and database accept the same values; and a list as it was on a day is what a
slow model remembers of it."""

from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from django.db import DataError, IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zhijia.catalogue.register_rules import Register
from zhijia.kernel.ids import new_id
from zhijia.registers import values
from zhijia.registers.models import Row
from zhijia.registers.queries import history
from zhijia.registers.services import changing, moving
from zhijia.registers.services.lists import Kept
from zhijia.registers.tests import world as rooms
from zhijia.registry.tests.world import AT, World, build

FEW = settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
TYPES = (
    "text",
    "long_text",
    "whole",
    "money",
    "date",
    "yes_no",
    "choice",
    "choices",
    "point",
    "mobile",
    "division",
)
NUMBER = count(1)
CODES = ("a", "b", "c")
TEXT = st.text("ab甲乙 0", max_size=6).map(lambda text: " ".join(text.split()))
"""As every way of writing keeps it: spaces one by one, none at the ends."""
ANYTHING = st.one_of(
    TEXT,
    st.integers(-5, 40),
    st.booleans(),
    st.sampled_from(
        ["2026-02-28", "2026-02-30", "2026-2-3", "a", "16900000001", "340103000000", "1.5", 10**16, 1.5, -1]
    ),
    st.lists(st.sampled_from([*CODES, "z", 3]), max_size=3, unique=True),
    st.tuples(st.sampled_from([0.0, 89.5, -91.0, 31]), st.sampled_from([117.25, 181.0, -180.0])).map(list),
)


@st.composite
def fields(draw: Any) -> dict[str, Any]:
    """One field of any type that needs nothing from elsewhere."""
    kind = draw(st.sampled_from(TYPES))
    made: dict[str, Any] = {"required": draw(st.booleans())}
    if kind in {"choice", "choices"}:
        made["choices"] = [rooms._item(code) for code in CODES]
    if kind in {"text", "long_text"} and draw(st.booleans()):
        made["most"] = draw(st.integers(1, 5))
    if kind in {"whole", "money"}:
        low = draw(st.one_of(st.none(), st.integers(0, 10)))
        made |= {"least": low, "most": draw(st.one_of(st.none(), st.integers(low or 0, 30)))}
    return rooms._field("it", kind, "甲", **made)


@pytest.fixture
def world(db: Any) -> World:
    return build()


@FEW
@given(field=fields(), said=st.lists(st.one_of(st.none(), ANYTHING), min_size=6, max_size=12))
def test_services_and_database_accept_the_same_values(
    world: World, field: dict[str, Any], said: list[Any]
) -> None:
    world.act("province")
    code = f"test.agree{next(NUMBER)}"
    own = [field, rooms._field("name", "text", "名称")]
    kept = rooms.publish(code=code, fields=own, dues=[], facts=[], checks=[], states=[], public=False)
    world.act("luyang")
    for value in said:
        row = {"name": "甲"} | ({} if value is None else {"it": value})
        assert _fits(kept.definition, row) == _stands(world, kept, row), (field, value)


def _fits(register: Register, row: dict[str, Any]) -> bool:
    if any(values.misfit(register.by_name[name], value) is not None for name, value in row.items()):
        return False
    return not list(values.missing(register, row, lambda _column: True))


def _stands(world: World, kept: Kept, row: dict[str, Any]) -> bool:
    union = world.unions["luyang"]
    made = Row(
        id=new_id(), register_id=kept.id, union_id=union.pk, county_id=union.stands_in, number=next(NUMBER),
        title="甲", state="kept", came_on=AT.date(), values=row, words=[], made_at=AT, changed_at=AT,
    )  # fmt: skip
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except (IntegrityError, DataError):
        return False
    return True


DO = ["add", "change", "repair", "close"]
STEPS = st.lists(
    st.tuples(st.sampled_from(DO), st.integers(0, 2), st.integers(1, 500), st.integers(0, 2)),
    min_size=3,
    max_size=12,
)


@FEW
@given(steps=STEPS)
def test_a_list_as_it_was_on_a_day_is_what_was_remembered(
    world: World, steps: list[tuple[str, int, int, int]]
) -> None:
    with transaction.atomic():
        world.act("province")
        rooms.publish(dues=[], facts=[])
        officer = world.act("luyang")
        rows: list[Row] = []
        now, remembered = AT, {}
        for what, which, seats, later in steps:
            now += timedelta(days=later, minutes=1)
            if what == "add" or not rows:
                rows.append(rooms.add(world, name=f"室{len(rows)}", seats=str(seats), at=now))
            else:
                _do(what, rows[which % len(rows)], seats, officer, now)
            remembered[now.date()] = {
                row.number: (row.values["seats"], row.state) for row in map(rooms.again, rows)
            }
        for day, was in remembered.items():
            page = history.as_of(officer, rooms.CODE, day=day, at=now, ended=True)
            assert {row.number: (row.values["seats"], row.state) for row in page.rows} == was
        transaction.set_rollback(True)


def _do(what: str, row: Row, seats: int, officer: Any, now: Any) -> None:
    row = rooms.again(row)
    if row.ended_on is not None:
        return
    asked: dict[str, Any] = {
        "actor": officer,
        "at": now,
        "code": rooms.CODE,
        "row_id": row.pk,
        "version": row.version,
    }
    if what == "change":
        changing.change(**asked, typed={"seats": str(seats)})
    elif what == "close":
        moving.move(**asked, state="closed", reason="拆除")
    elif row.state == "open":
        moving.move(**asked, state="repair", reason="漏水")
