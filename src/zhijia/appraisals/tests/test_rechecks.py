"""A title is looked at again: it stays or is withdrawn, by hand or by itself, and ends where nobody looks in time."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import Error, transaction

from zhijia.appraisals import verify
from zhijia.appraisals.models import Entry, Notice, Run
from zhijia.appraisals.services import entering, falling_due, naming, publishing, settling
from zhijia.appraisals.tests.world import A_DAY, LATER, Homes, again
from zhijia.kernel import context
from zhijia.kernel.errors import Refusal
from zhijia.notices.models import Message
from zhijia.registers.models import Due, Row
from zhijia.registers.services import alarming, changing
from zhijia.registry.tests.world import AT

NAMED = LATER + 9 * A_DAY
"""When the first notice is over."""
DECIDED = NAMED + A_DAY
DUE_ON = date(2026, 12, 25)


@pytest.fixture
def homes(db: Any) -> Homes:
    return _homes()


def _homes() -> Homes:
    """A home that was named, and is to be looked at again on DUE_ON."""
    homes = Homes()
    entry = homes.published(honours="5")
    actor = homes.act("second")
    naming.finish(actor=actor, at=NAMED, entry_id=entry.pk, decision="庐工〔2026〕8号")
    row = _title()
    changing.change(
        actor=actor, at=NAMED, code="title_holder", row_id=row.pk, version=row.version,
        typed={"reviewed_on": "2023-12-25"},
    )  # fmt: skip
    homes.run = None
    return homes


def _title() -> Row:
    return Row.objects.get(source="appraisal")


def _marked(homes: Homes, entry: Entry, **marks: str) -> Entry:
    """The re-check up to its notice."""
    homes.scored_itself(entry)
    homes.visited(entry, **marks)
    luyang = homes.act("luyang")
    settling.settle(actor=luyang, at=AT, entry_id=entry.pk)
    publishing.publish(actor=luyang, at=LATER, run_id=entry.run_id)
    return again(entry)


def _decide(homes: Homes, entry: Entry, who: str = "second") -> Entry:
    return naming.finish(actor=homes.act(who), at=DECIDED, entry_id=entry.pk)


def _again(homes: Homes) -> Entry:
    """The entry of a re-check that was opened by hand."""
    return homes.opened("holders").entries.get()


def test_a_title_whose_grade_is_reached_again_stays_the_same_row(homes: Homes) -> None:
    entry = _marked(homes, _again(homes), honours="5")
    with pytest.raises(Refusal) as refused, transaction.atomic():
        _decide(homes, entry, "luyang")
    assert refused.value.code == "entry_is_named_by_a_second_person"
    before = _title()
    for _time in range(2):
        entry = _decide(homes, entry)
    row = _title()
    assert (entry.rechecked, entry.named_row, row.pk, row.ended_on) == ("kept", None, before.pk, None)
    assert (row.values["reviewed_on"], row.values["named_on"]) == ("2026-12-10", before.values["named_on"])
    dues = Due.objects.filter(row_id=row.pk).exclude(state="gone").order_by("day")
    assert [(due.day, due.state) for due in dues] == [(DUE_ON, "kept"), (date(2029, 12, 10), "open")]


def test_a_title_whose_grade_is_not_reached_is_withdrawn_and_told(homes: Homes) -> None:
    first = Entry.objects.get(named_row=_title().pk)
    entry = _decide(homes, _marked(homes, _again(homes), rooms="0", term="late"))
    first = again(first)
    assert (entry.rechecked, _title().state, first.withdrawn_at) == ("withdrawn", "withdrawn", DECIDED)
    assert "复核" in Notice.objects.get(entry=first, withdrawal=True).words["zh"]
    homes.run = None
    assert homes.opened("holders").entries.count() == 0


def test_what_a_re_check_looks_at_and_finds_stands_whoever_writes(homes: Homes) -> None:
    entry = _decide(homes, _marked(homes, _again(homes), honours="5"))
    for change in ({"rechecked": "withdrawn"}, {"rechecks_row": None}):
        with pytest.raises(Error, match=r"entry_goes_its_way|result_stands"), transaction.atomic():
            Entry.objects.filter(pk=entry.pk).update(**change)


def test_titles_of_another_kind_in_the_list_are_not_looked_at(homes: Homes) -> None:
    row = _title()
    changing.change(
        actor=homes.act("luyang"), at=NAMED, code="title_holder", row_id=row.pk, version=row.version,
        typed={"kind": "small_home"},
    )  # fmt: skip
    assert homes.opened("holders").entries.count() == 0


@pytest.fixture
def standing(committed: None) -> Homes:
    with transaction.atomic():
        return _homes()


def _told(homes: Homes, who: str) -> int:
    with context.acting(homes.world.actors[who]) as actor:
        return Message.objects.filter(user_id=actor.user_id, kind="appraisal_recheck").count()


def test_a_re_check_begins_by_itself_as_soon_as_the_list_alarms_its_owner(standing: Homes) -> None:
    assert falling_due.work(at=_day(-31)) == 0
    assert falling_due.work(at=_day(-30)) == 1
    assert falling_due.work(at=_day(-29)) == 0
    run = Run.objects.get(begins="holders")
    assert (run.since, run.until, run.union_id) == (
        date(2023, 12, 25),
        DUE_ON,
        standing.world.unions["luyang"].pk,
    )
    with context.acting(standing.world.actors["luyang"]) as actor:
        entry = run.entries.get()
        assert (entry.state, entry.rechecks_row) == ("begun", _title().pk)
        left = entering.leave_out(actor=actor, at=NAMED, entry_id=entry.pk, reason="单位已注销")
    assert (_told(standing, "luyang"), _told(standing, "second"), _told(standing, "shushan")) == (1, 1, 0)
    assert falling_due.work(at=_day(-28)) == 0
    assert left.state == "out"


def test_a_title_nobody_looked_at_in_time_ends_and_its_entry_says_so(standing: Homes) -> None:
    """The list moves it: first it has to improve, then it ends; the appraisal tells it."""
    for day in (1, 120):
        alarming.work(at=_day(day))
        falling_due.work(at=_day(1) if day == 1 else NAMED)
        with context.acting(standing.world.actors["luyang"]):
            state, withdrawn = _title().state, Entry.objects.get(named_row__isnull=False).withdrawn_at
            assert (state, bool(withdrawn)) == (("on_notice", False) if day == 1 else ("withdrawn", True))
    with context.acting(standing.world.actors["luyang"]):
        assert "复核" in Notice.objects.get(withdrawal=True).words["zh"]
    assert verify.titles_are_named().differences == ()
    assert verify.entries_are_the_facts().differences == ()


def test_a_title_that_is_being_looked_at_waits_for_the_result(standing: Homes) -> None:
    falling_due.work(at=_day(-30))
    alarming.work(at=_day(1))
    with context.acting(standing.world.actors["luyang"]) as actor:
        assert _title().state == "held"
        entry = Entry.objects.get(rechecks_row__isnull=False)
        entering.leave_out(actor=actor, at=NAMED, entry_id=entry.pk, reason="单位已注销")
    alarming.work(at=_day(2))
    with context.acting(standing.world.actors["luyang"]):
        assert _title().state == "on_notice"


def _day(number: int) -> Any:
    """So many days after the re-check is due."""
    return AT + (DUE_ON - AT.date()) + timedelta(days=number)
