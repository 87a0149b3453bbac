"""What falls due is reached page by page, whatever a newer version leaves out and whatever has ended, in few
statements."""

import re
from typing import Any

import pytest
from django.urls import reverse

from zhijia.accounts.models import User
from zhijia.catalogue import parameters
from zhijia.registers import exporting
from zhijia.registers.models import Due, Row
from zhijia.registers.queries import due
from zhijia.registers.services import adding, batching, lists
from zhijia.registers.tests import world as rooms
from zhijia.registers.tests.test_pages import browser, said
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.world import AT, World

CHECK = rooms.said()["dues"][0]
SWEEP = {**CHECK, "code": "sweep", "label": {"en": "Sweep", "zh": "清扫"}, "from": "checked"}


@pytest.fixture
def world(db: Any) -> World:
    made = worlds.build()
    rooms.publish(dues=[SWEEP, CHECK])
    return made


def _swept(world: World) -> list[Row]:
    """Three rooms: their sweeps come before all checks, and the list's newer version knows of no sweeps."""
    made = [
        rooms.add(world, name=f"{name}室", checked="2026-01-02", opened="2026-01-05") for name in "甲乙丙"
    ]
    world.act("province")
    rooms.publish(version=2, dues=[CHECK])
    return made


def test_dues_a_newer_version_leaves_out_hide_no_page_behind_them(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    _swept(world)
    value = parameters.value
    monkeypatch.setattr(parameters, "value", lambda key, **at: 2 if key == "pages.rows" else value(key, **at))
    officer = browser(world, "luyang")

    first = officer.get(reverse("registers:due"))
    second = officer.get(reverse("registers:due"), {"after": first.context["next"]})

    assert [name for name in "甲乙丙" if f"{name}室" in said(first)] == ["甲", "乙"]
    assert [name for name in "甲乙丙" if f"{name}室" in said(second)] == ["丙"]
    assert second.context["next"] == ""


def test_what_falls_due_is_narrowed_to_lists_of_which_something_does_where_one_looks(
    world: World,
) -> None:
    rooms.add(world, name="甲室", opened="2026-01-05")
    rooms.publish(code="test.quiet", label={"en": "Quiet", "zh": "静室"})
    rooms.publish(code="test.halls", label={"en": "Halls", "zh": "礼堂"}, dues=[], facts=[])
    world.act("shushan")
    adding.add(
        actor=world.act("shushan"),
        at=AT,
        code="test.quiet",
        union_id=world.unions["shushan"].pk,
        typed=rooms.typed(opened="2026-01-05"),
    )

    def offered(name: str, **asked: str) -> list[str]:
        page = browser(world, name).get(reverse("registers:due"), asked)
        return [code for code, _label in page.context["form"].fields["list"].choices if code]

    assert offered("luyang") == [rooms.CODE]
    assert offered("shushan") == ["test.quiet"]
    assert offered("luyang", list="test.quiet") == [rooms.CODE, "test.quiet"]
    assert offered("luyang", list="test.nothing") == [rooms.CODE]


def test_a_list_taken_along_tells_what_falls_due_next_by_the_version_in_force(world: World) -> None:
    _swept(world)
    officer = world.act("luyang")
    table = exporting.table_of(str(lists.ready(rooms.CODE, at=AT).id))
    assert table is not None
    told = [row for page in table.rows(officer, world.unions["luyang"], {}) for row in page]
    assert [row.values[exporting.DUE] for row in told] == ["安全检查"] * 3


def test_what_falls_due_takes_no_more_statements_for_more_that_was_missed_and_has_ended(
    world: World, django_assert_max_num_queries: Any
) -> None:
    first, *ended, last = [
        rooms.add(world, name=f"{number}室", opened=f"2026-01-{number:02d}") for number in range(1, 15)
    ]
    officer = world.act("luyang")
    Due.objects.filter(row_id__in=[row.pk for row in ended]).update(state=Due.State.MISSED)
    batching.change(
        actor=officer,
        at=AT,
        code=rooms.CODE,
        row_ids=[row.pk for row in ended],
        state="closed",
        reason="拆除",
    )

    with django_assert_max_num_queries(8):
        found = due.of(officer, at=AT, most=2)

    assert [one.row.pk for one in found] == [first.pk, last.pk]
    assert not due.of(world.act("shushan"), at=AT)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_page_of_what_falls_due_tells_row_list_day_and_who_answers(world: World, language: str) -> None:
    row = rooms.add(world, opened="2026-01-05")
    rooms.add(world, "shushan", name="蜀山活动室", opened="2026-01-05")
    officer = browser(world, "luyang")
    User.objects.filter(pk=world.actors["luyang"].user_id).update(language=language)
    officer.cookies["language"] = language

    page = said(officer.get(reverse("registers:due")))

    for told in (row.title, world.unions["luyang"].name, "2027" if language == "zh-hans" else "Rooms"):
        assert told in page, told
    assert "蜀山活动室" not in page
    assert row.title in said(officer.get(reverse("registers:due"), {"list": rooms.CODE, "when": "coming"}))
    assert row.title not in said(officer.get(reverse("registers:due"), {"when": "late"}))
    assert row.title in said(officer.get(reverse("registers:due"), {"after": "no place"}))
    assert world.unions["luyang"].name in said(officer.get(reverse("registers:lists")))


def test_a_page_of_what_falls_due_goes_on_where_the_last_one_ended(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in "甲乙丙":
        rooms.add(world, name=f"{name}室", opened="2026-01-05")
    value = parameters.value
    monkeypatch.setattr(parameters, "value", lambda key, **at: 2 if key == "pages.rows" else value(key, **at))
    officer = browser(world, "luyang")
    first = officer.get(reverse("registers:due"))
    (after,) = re.findall(r'after=([^"&]+)"', said(first))[:1]
    second = said(officer.get(reverse("registers:due"), {"after": after}))
    assert [name for name in "甲乙丙" if f"{name}室" in said(first)] == ["甲", "乙"]
    assert [name for name in "甲乙丙" if f"{name}室" in second] == ["丙"]
