"""What is written where a field names something is found, or refused in words, however long it is."""

import tracemalloc
from typing import Any

import pytest
from django.utils import translation

from zhijia.registers.queries import meaning
from zhijia.registers.services import lists
from zhijia.registers.tests import world as rooms
from zhijia.registers.tests.test_sheets import two_places_of_one_name
from zhijia.registry.tests.world import AT, World, build

PASTED = "庐阳区" * 2_000


@pytest.fixture
def world(db: Any) -> World:
    made = build()
    made.act("province")
    two_places_of_one_name()
    fields = [*rooms.said()["fields"], rooms._field("beside", "row", "隔壁", required=False, of=rooms.CODE)]
    rooms.publish(fields=fields)
    return made


def _typed(world: World, name: str, *texts: str) -> list[tuple[Any, str]]:
    """What each text means in this field of a sheet, and what is wrong with it."""
    world.act("luyang")
    register = lists.ready(rooms.CODE, at=AT).definition
    meant = meaning.of(register, world.unions["luyang"], [{name: text} for text in texts], AT.date())
    read = [meant.typed(register.by_name[name], text) for text in texts]
    with translation.override("en"):
        return [(value, str(wrong.words) if wrong else "") for value, wrong in read]


def test_a_place_is_written_by_its_code_or_its_name_with_as_many_above_as_are_needed(world: World) -> None:
    nothing, several = (
        "There is nothing of this name here.",
        "Several have this name. Write the number instead.",
    )
    assert _typed(
        world, "place", "340103000000", "合肥市庐阳区", "安徽省蚌埠市庐阳区", "蚌埠市", "庐阳区", "阳区", "肥市庐阳"
    ) == [
        ("340103000000", ""), ("340103000000", ""), ("340303000000", ""), ("340300000000", ""), ("", several),
        ("", nothing), ("", nothing),
    ]  # fmt: skip


def test_a_long_text_pasted_under_places_is_refused_in_words_and_takes_little_memory(world: World) -> None:
    _typed(world, "place", "合肥市庐阳区")
    tracemalloc.start()
    try:
        read = _typed(world, "place", PASTED, "合肥市庐阳区")
        _now, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert read == [("", "There is nothing of this name here."), ("340103000000", "")]
    assert most < len(PASTED) * 500


@pytest.mark.parametrize("digits", ["9" * 5_000, "9" * 30, "²"])
def test_digits_that_are_no_number_of_a_row_are_refused_in_words(world: World, digits: str) -> None:
    row = rooms.add(world)
    read = _typed(world, "beside", digits, str(row.number))
    assert read == [("", "There is nothing of this name here."), (str(row.pk), "")]
