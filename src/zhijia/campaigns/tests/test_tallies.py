"""What a page says of a roster comes from numbers kept beside it: they are what the roster says, whoever changed it.
A page of a province takes no more statements than one of a county."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from zhijia.campaigns import verify, versions
from zhijia.campaigns.models import Drive, Piece, Tally
from zhijia.campaigns.queries import drives, measuring, places, progress, returns, roster, tallies
from zhijia.campaigns.services import folding, giving, returning
from zhijia.campaigns.tests.world import TODAY, Season, days_on, define, season
from zhijia.catalogue.campaign_rules import Told
from zhijia.kernel.context import whole
from zhijia.registry.models import Membership, Union

WEEK = {"any": False, "people": 9}
Page = Callable[[Drive, Union], object]


def _progress(drive: Drive, union: Union) -> object:
    return progress.given(drive, versions.of(drive), union, TODAY)


def _to_do(drive: Drive, union: Union) -> object:
    return roster.to_do(union, after=None, rows=2, today=TODAY)


def _roster(drive: Drive, union: Union) -> object:
    return roster.page(drive, versions.of(drive), union, after=None, rows=2, today=TODAY)


@pytest.fixture
def made(committed: None) -> Season:
    return season()


def given(made: Season, drive: Drive, name: str) -> list[tuple[str, int, int, int]]:
    with made.at_work(name):
        lines = progress.given(drive, versions.of(drive), made.world.unions[name], TODAY)
    return [(one.thing.code, one.there, one.done, one.late) for one in lines]


def test_what_is_kept_is_what_the_roster_says_whatever_happens_to_it(made: Season) -> None:
    drive = made.drive(by="province")
    visited, another, *_rest = made.pieces(drive, "visited")
    made.do("factory", giving.mark, piece_id=visited.pk, note="看望过")
    gone = another.person_id
    Membership.objects.using("bulk").filter(person_id=gone).update(valid_to=TODAY)
    made.fill(drive, days_on(1))

    kept = [("told", 5, 5, 0), ("pack", 4, 0, 0), ("visited", 4, 1, 0)]
    assert given(made, drive, "province") == kept
    assert given(made, drive, "luyang") == [("told", 3, 3, 0), ("pack", 2, 0, 0), ("visited", 2, 1, 0)]
    assert given(made, drive, "factory") == given(made, drive, "luyang")
    with made.at_work("province"):
        assert tallies.listed(drive, made.world.unions["province"]) == (4, 1)
    assert not verify.tallies_are_the_roster().differences

    assert folding.fold() > 0
    assert folding.fold() == 0
    assert given(made, drive, "province") == kept
    assert not verify.tallies_are_the_roster().differences


def test_a_tally_that_is_wrong_is_found(made: Season) -> None:
    made.drive()
    with whole():
        Tally.objects.using("bulk").filter(thing="pack").update(many=7)

    assert len(verify.tallies_are_the_roster().differences) == 2


def test_who_works_on_a_roster_cannot_change_what_is_counted(made: Season) -> None:
    made.drive()
    with pytest.raises(Exception, match="permission denied"), made.at_work("luyang"):
        Tally.objects.update(many=0)


def test_a_drive_that_goes_leaves_nothing_behind(made: Season) -> None:
    drive = made.drive()
    with whole() as cursor:
        Drive.objects.using("bulk").filter(pk=drive.pk).update(
            state="stopped", closed_by=1, closed_at=days_on(0), report={"stopped": "x"}
        )
        cursor.execute("DELETE FROM campaigns_piece")
        cursor.execute("DELETE FROM campaigns_entry")
    folding.fold()
    assert not Tally.objects.exists()


@pytest.mark.parametrize(
    "told",
    [
        Told(kind="campaign.reached"),
        Told(kind="campaign.reached", where={"thing": "visited"}),
        Told(kind="campaign.reached", where={"thing": "told"}, counts="people"),
        Told(kind="campaign.reached", counts="amount"),
    ],
)
def test_a_measure_of_what_was_given_is_the_facts_of_it(made: Season, told: Told) -> None:
    drive = made.drive(by="province")
    made.do("factory", giving.mark, piece_id=made.pieces(drive, "visited")[0].pk, note="看望过")
    unions = [made.world.unions[name] for name in ("province", "luyang", "factory", "mill")]
    with made.at_work("province"):
        assert tallies.answers(told, drive)
        kept = tallies.under_each(told, drive, unions, since=TODAY, until=TODAY)
        told_ = measuring._from_facts(told, drive, unions[0], unions, TODAY, TODAY)
    assert kept == {union: much for union, much in told_.items() if much}
    assert told.counts == "amount" or kept


def test_returns_of_a_province_are_counted_and_walked_without_reading_them_all(made: Season) -> None:
    drive = made.drive("arrears_weekly_report", by="province", targets={}, opens_on=TODAY.replace(day=2))
    first = made.pieces(drive, "week", "luyang")[0]
    made.do("luyang", returning.send, piece_id=first.pk, answers=WEEK)
    thing = versions.of(drive).things["week"]
    with made.at_work("province"):
        union = made.world.unions["province"]
        (last, time) = (came.time for came in returns.by_time(drive, thing, union, today=TODAY))
        behind = returns.missing(drive, thing, union, today=TODAY, after=None, rows=1)
    assert (time.asked, time.sent, time.late, time.missing) == (2, 1, 1, 1)
    assert (last.asked, last.sent) == (2, 0)
    assert ([piece.union_id for piece in behind[0]], behind[1]) == ([made.world.unions["shushan"].pk], None)


def test_both_sides_see_what_came_came_late_and_is_missing_and_what_it_asks(made: Season) -> None:
    drive = made.drive("arrears_weekly_report", by="province", targets={}, opens_on=TODAY.replace(day=2))
    first, second = made.pieces(drive, "week", "luyang")
    for piece in (first, second):
        made.do("luyang", returning.send, piece_id=piece.pk, answers=WEEK)
    thing, unions = versions.of(drive).things["week"], made.world.unions

    def seen(by: str, *names: str) -> list[tuple[int, int, int, int, int | None]]:
        with made.at_work(by):
            found = returns.by_union(drive, thing, [unions[name] for name in names], today=TODAY)
        return [(one.how.there, one.how.done, one.how.late, one.how.missing, one.percent) for one in found]

    luyang, shushan = (2, 2, 1, 0, 100), (2, 0, 0, 1, 0)
    assert seen("province", "province", "luyang", "shushan") == [(4, 2, 1, 1, 50), luyang, shushan]
    assert seen("luyang", "luyang") == [luyang]
    with made.at_work("province"):
        all_, one, none = returns.by_union(
            drive, thing, [unions["province"], unions["luyang"], unions["factory"]], today=TODAY
        )
        (burden,) = drives.burdens(unions["luyang"], day=TODAY)
        given = progress.given(drive, versions.of(drive), unions["province"], TODAY)[0]
    assert (one.minutes, all_.minutes, none.minutes) == (burden.minutes, 87, 0)
    assert (given.done, given.late, given.missing) == (2, 1, 1)


@pytest.mark.parametrize("page", [_progress, _to_do, _roster])
def test_pages_of_a_province_take_the_statements_of_a_countys(made: Season, page: Page) -> None:
    drive, statements = made.drive(by="province"), list[int]()
    for name in ("luyang", "province", "luyang"):
        with made.at_work(name), CaptureQueriesContext(connection) as ran:
            page(drive, made.world.unions[name])
        statements.append(len(ran))
    assert statements[1] == statements[2] <= 7, "the first read the definition, once"


def test_pages_go_on_behind_what_was_shown_along_all_counties(made: Season) -> None:
    drive = made.drive(by="province")
    campaign, union = versions.of(drive), made.world.unions["province"]
    listed, due = list[int](), list[int]()
    with made.at_work("province"):
        after: int | None = None
        while True:
            shown, after = roster.page(
                drive, campaign, union, thing="pack", state="open", after=after, rows=2, today=TODAY
            )
            listed += [one.entry.pk for one in shown]
            if after is None:
                break
        behind: places.After | None = None
        while True:
            rows, behind = roster.to_do(union, after=behind, rows=3, today=TODAY)
            due += [one.piece.pk for one in rows]
            if behind is None:
                break
        there = list(
            Piece.objects.filter(thing="pack").order_by("entry_id").values_list("entry_id", flat=True)
        )
        waits = Piece.objects.filter(thing__in=("pack", "visited")).order_by("due_on", "pk")
        assert due == list(waits.values_list("pk", flat=True))
    assert listed == there


@pytest.mark.parametrize(
    ("thing", "state", "many"), [("visited", "open", 2), ("visited", "done", 1), ("told", "open", 0)]
)
def test_the_roster_shows_those_who_have_the_thing_so(
    made: Season, thing: str, state: str, many: int
) -> None:
    drive = made.drive()
    made.do("factory", giving.mark, piece_id=made.pieces(drive, "visited")[0].pk, note="看望过")
    with made.at_work("luyang"):
        union = made.world.unions["luyang"]
        found, _after = roster.page(
            drive, versions.of(drive), union, thing=thing, state=state, after=None, rows=9, today=TODAY
        )
    assert len(found) == many


def test_a_task_without_a_last_day_stands_behind_those_with_one(made: Season) -> None:
    any_day = {"label": {"en": "Any day", "zh": "不限时"}, "code": "any", "gives": "task"}
    due = {
        "label": {"en": "Due", "zh": "限时"},
        "code": "due",
        "gives": "task",
        "days": "campaigns.task_days",
    }
    define(
        "own_tasks", measures=[], budget=None,
        each=[any_day, due],
    )  # fmt: skip
    made.drive("own_tasks", targets={})
    with made.at_work("luyang"):
        rows, _after = roster.to_do(made.world.unions["luyang"], after=None, rows=9, today=TODAY)
    assert [one.thing.code for one in rows] == ["due"] * 3 + ["any"] * 3
