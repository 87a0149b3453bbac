"""What happens by itself: owners are told of what is due, what is late is missed, a new version is worked out."""

from datetime import date, timedelta
from typing import Any

import pytest

from zhijia.facts.models import Fact
from zhijia.kernel import context
from zhijia.notices.models import Message
from zhijia.registers import verify
from zhijia.registers.models import Due, Link, Row
from zhijia.registers.queries import searching
from zhijia.registers.services import alarming, lists, refreshing
from zhijia.registers.tests import world as rooms
from zhijia.registry.tests.world import AT, World, build

DUE = {**rooms.said()["dues"][0], "then": "closed"}


@pytest.fixture
def world(committed: None) -> World:
    made = build()
    made.act("province")
    rooms.publish(dues=[DUE])
    return made


def _messages(world: World, who: str) -> int:
    with context.acting(world.actors[who]) as actor:
        return Message.objects.filter(user_id=actor.user_id, kind="list_due").count()


def _all(model: Any) -> Any:
    return model.objects.using("bulk")


def test_an_owner_is_told_on_each_alarm_day_once_and_what_was_not_kept_is_missed(world: World) -> None:
    with context.acting(world.actors["luyang"]):
        row = rooms.add(world, opened="2025-12-01")
    due = date(2026, 12, 1)
    for days_before, told in ((11, 1), (10, 1), (7, 2), (7, 2), (0, 3)):
        alarming.work(at=AT + (due - timedelta(days=days_before) - AT.date()))
        assert _messages(world, "luyang") == told
    assert _messages(world, "shushan") == 0
    alarming.work(at=AT + timedelta(days=12))
    alarming.work(at=AT + timedelta(days=12))
    with context.whole():
        assert _all(Due).get(row_id=row.pk).state == "missed"
        after = _all(Row).get(pk=row.pk)
        assert (after.state, after.version, after.ended_on) == ("closed", 2, AT.date() + timedelta(days=12))
        assert _all(Fact).filter(record_id=str(row.pk), kind="register.row_ended").count() == 1
    assert verify.rows_are_the_facts().differences == ()
    assert verify.pasts_are_whole().differences == ()


@pytest.mark.parametrize("killed", [1, 2])
def test_a_job_killed_between_its_messages_tells_everybody_once(
    world: World, monkeypatch: pytest.MonkeyPatch, killed: int
) -> None:
    """Killed at the first or at the second message, and again at the next; then it goes through, and once more."""
    with context.acting(world.actors["luyang"]):
        rooms.add(world, opened="2025-12-01")
    with context.acting(world.actors["shushan"]):
        rooms.add(world, "shushan", opened="2025-12-01")
    at = AT + (date(2026, 12, 1) - timedelta(days=7) - AT.date())
    send = alarming.notices.send
    for place in (killed, 1):
        left = [place]

        def dies(left: list[int] = left, **said: Any) -> Any:
            left[0] -= 1
            if not left[0]:
                raise KeyboardInterrupt
            return send(**said)

        with monkeypatch.context() as patched:
            patched.setattr(alarming.notices, "send", dies)
            with pytest.raises(KeyboardInterrupt):
                alarming.work(at=at)

    alarming.work(at=at)
    alarming.work(at=at)

    assert (_messages(world, "luyang"), _messages(world, "shushan")) == (1, 1)


def test_a_new_version_is_worked_out_for_the_rows_there_are_once(world: World) -> None:
    with context.acting(world.actors["luyang"]):
        rooms.add(world, name="晨光")
    fields = [
        *rooms.said()["fields"],
        rooms._field("home", "union", "归属", default=str(world.unions["mill"].pk)),
    ]
    with context.acting(world.actors["province"]):
        rooms.publish(version=2, fields=fields, title=["name", "kind"])
    assert verify.links_are_the_values().differences
    assert refreshing.refresh(at=AT, code=rooms.CODE) == 1
    assert refreshing.refresh(at=AT, code=rooms.CODE) == 0
    assert verify.links_are_the_values().differences == ()
    assert verify.pasts_are_whole().differences == ()
    with context.acting(world.actors["luyang"]) as officer:
        assert Row.objects.get().title == "晨光 reading类"
        assert len(searching.everywhere(officer, "新河纺织")) == 1
        assert Link.objects.get().target == str(world.unions["mill"].pk)
        assert lists.ready(rooms.CODE, at=AT).definition.version == 2
