"""The roster of a drive: made by its rule, kept live, once each, killed in the middle, never across a scope."""

from typing import Any

import pytest
from django.db import transaction

from zhijia.campaigns.models import Piece
from zhijia.campaigns.queries import roster
from zhijia.campaigns.services import giving, opening, rostering
from zhijia.campaigns.tests.world import TODAY, Season, days_on, define, season
from zhijia.facts.models import Fact
from zhijia.kernel.context import whole
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.notices.models import Message
from zhijia.questionnaires.tests import world as halls
from zhijia.registry.models import Coverage, Employer, Membership
from zhijia.registry.tests.world import AT
from zhijia.rules.sql.statement import Statement


@pytest.fixture
def made(committed: None) -> Season:
    return season()


def test_the_roster_holds_whom_the_rule_holds_for_below_the_union_that_opens_it(made: Season) -> None:
    drive = made.drive()
    on = {entry.person_id for entry in made.listed(drive)}
    assert on == {actor.person_id for actor in made.factory.voters}
    assert {entry.union_id for entry in made.listed(drive)} == {made.world.unions["factory"].pk}
    assert drive.roster_on == TODAY


def test_a_drive_of_the_province_reaches_every_county_each_of_which_sees_its_own(made: Season) -> None:
    drive = made.drive(by="province")
    assert len(made.listed(drive, "province")) == 5
    assert len(made.listed(drive, "luyang")) == 3


def test_made_again_it_changes_nothing_and_tells_nobody_twice(made: Season) -> None:
    drive = made.drive()
    assert made.fill(drive) == rostering.Kept()
    with whole():
        assert Message.objects.using("bulk").filter(kind="campaign_message").count() == 3
        assert Fact.objects.using("bulk").filter(kind="campaign.reached").count() == 3
        assert Piece.objects.using("bulk").filter(drive_id=drive.pk).count() == 9


def test_who_no_longer_belongs_is_marked_and_what_they_lack_need_not_be_given(made: Season) -> None:
    drive = made.drive()
    gone = made.factory.voters[0].person_id
    Membership.objects.using("bulk").filter(person_id=gone).update(valid_to=TODAY)
    assert made.fill(drive, days_on(1)) == rostering.Kept(gone=1)
    assert states(made, gone) == {"told": "done", "pack": "void", "visited": "void"}
    Membership.objects.using("bulk").filter(person_id=gone).update(valid_to=None)
    assert made.fill(drive, days_on(2)) == rostering.Kept(back=1)
    assert states(made, gone) == {"told": "done", "pack": "open", "visited": "open"}


def states(made: Season, person_id: Any) -> dict[str, str]:
    with made.at_work("luyang"):
        return dict(Piece.objects.filter(person_id=person_id).values_list("thing", "state"))


def test_who_comes_later_is_added_the_next_night(made: Season) -> None:
    drive = made.drive()
    with transaction.atomic():
        halls.add(made.factory, 1, first=50)
    assert rostering.nightly(at=days_on(1)) == [drive.pk]
    assert len(made.listed(drive)) == 4


def test_a_roster_that_cannot_be_made_holds_up_no_other(made: Season, monkeypatch: Any) -> None:
    broken, other = made.drive(), made.drive()
    with transaction.atomic():
        halls.add(made.factory, 1, first=50)
    slices = rostering.who.found

    def found(campaign: Any, part: Any, *, on: Any) -> Any:
        said = slices(campaign, part, on=on)
        first = not heard
        heard.append(part)
        return Statement("SELECT nothing", {}) if first else said

    heard: list[Any] = []
    monkeypatch.setattr(rostering.who, "found", found)

    assert rostering.nightly(at=days_on(1)) == [other.pk]
    assert (len(made.listed(broken)), len(made.listed(other))) == (3, 4)
    assert rostering.nightly(at=days_on(2)) == [broken.pk, other.pk]
    assert len(made.listed(broken)) == 4


def test_killed_between_slices_it_goes_on_behind_the_last(made: Season, monkeypatch: Any) -> None:
    drive = made.drive(by="province", opened=False)
    made.do("province", opening.open_drive, drive_id=drive.pk)
    stopped: list[str] = []

    def killed(name: str) -> None:
        stopped.append(name)
        if len(stopped) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(rostering.failpoints, "reached", killed)
    with pytest.raises(KeyboardInterrupt):
        rostering.make(at=AT, drive_id=drive.pk)
    drive.refresh_from_db()
    assert drive.place is not None
    assert drive.roster_on is None
    rostering.make(at=AT, drive_id=drive.pk)
    drive.refresh_from_db()
    assert (drive.place, drive.roster_on) == (None, TODAY)
    assert len(made.listed(drive, "province")) == 5


def test_an_officer_of_another_county_sees_nothing_of_it_and_marks_nothing(made: Season) -> None:
    drive = made.drive()
    piece = made.pieces(drive, "visited")[0]
    assert made.pieces(drive, "visited", "mill") == []
    with pytest.raises(NotForYou):
        made.do("mill", giving.mark, piece_id=piece.pk, note="去过")


def test_a_task_is_done_once_with_its_fact_and_says_what_came_of_it(made: Season) -> None:
    drive = made.drive()
    piece = made.pieces(drive, "visited")[0]
    with pytest.raises(Refusal) as refused:
        made.do("factory", giving.mark, piece_id=piece.pk)
    assert refused.value.code == "note_missing"
    made.do("factory", giving.mark, piece_id=piece.pk, note="到站点看望，一切都好")
    made.do("factory", giving.mark, piece_id=piece.pk, note="再来一次")
    done = made.pieces(drive, "visited")[0]
    assert (done.state, done.note) == ("done", "到站点看望，一切都好")
    with whole():
        assert (
            Fact.objects.using("bulk").filter(kind="campaign.reached", record_id=str(piece.pk)).count() == 1
        )


def test_a_roster_of_unions_is_made_of_levels(made: Season) -> None:
    weekly = made.drive("arrears_weekly_report", by="province", targets={})
    counties = {made.world.unions["luyang"].pk, made.world.unions["shushan"].pk}
    assert {entry.of_union_id for entry in made.listed(weekly, "province")} == counties


def test_a_roster_of_employers_holds_those_nobody_covers_where_they_are(made: Season) -> None:
    unions, there = made.world.unions, Employer.objects.using("bulk")
    big = there.create(name="大厂有限公司", division="340103000000", staff_count=300)
    covered = there.create(name="老厂有限公司", division="340103000000", staff_count=300)
    there.create(name="小厂有限公司", division="340103000000", staff_count=3)
    there.create(name="外地有限公司", division="340104000000", staff_count=300)
    Coverage.objects.using("bulk").create(union=unions["factory"], employer=covered, valid_from=TODAY)
    define(
        "own_founding", subject="employer", who={"text": "employer.staff_count >= 100"}, budget=None,
        purpose="organisation", each=[{"code": "visit", "label": {"en": "Visit", "zh": "走访"}, "gives": "task"}],
    )  # fmt: skip
    drive = made.drive("own_founding")
    on = {entry.employer_id: entry.union_id for entry in made.listed(drive)}
    assert on == {big.pk: unions["luyang"].pk, covered.pk: unions["factory"].pk}
    assert set(roster.names_of(made.listed(drive)).values()) == {"大厂有限公司", "老厂有限公司"}
