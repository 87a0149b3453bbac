"""The roster of a drive: made by its rule, kept live, once each, killed in the middle, never across a scope."""

from typing import Any

import pytest

from zhijia.campaigns.models import Entry, Piece
from zhijia.campaigns.queries import roster
from zhijia.campaigns.services import giving, opening, rostering
from zhijia.campaigns.tests.world import TODAY, days_on, define, season
from zhijia.facts.models import Fact
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.notices.models import Message
from zhijia.registry.models import Membership
from zhijia.registry.tests.world import AT


def test_the_roster_holds_whom_the_rule_holds_for_below_the_union_that_opens_it(db: Any) -> None:
    made = season()
    drive = made.drive()
    on = {entry.person_id for entry in made.listed(drive)}
    assert on == {actor.person_id for actor in made.factory.voters}
    assert {entry.union_id for entry in made.listed(drive)} == {made.world.unions["factory"].pk}
    assert drive.roster_on == TODAY


def test_a_drive_of_the_province_reaches_every_county(db: Any) -> None:
    made = season()
    drive = made.drive(at_union="province")
    assert len(made.listed(drive, "province")) == 5
    assert len(made.listed(drive, "luyang")) == 3


def test_made_again_it_changes_nothing_and_tells_nobody_twice(db: Any) -> None:
    made = season()
    drive = made.drive()
    kept = made.fill(drive)
    assert kept == rostering.Kept()
    assert Message.objects.using("bulk").filter(kind="campaign_message").count() == 3
    assert Fact.objects.using("bulk").filter(kind="campaign.reached").count() == 3
    assert Piece.objects.using("bulk").filter(drive_id=drive.pk).count() == 9


def test_who_no_longer_belongs_is_marked_and_what_they_lack_need_not_be_given(db: Any) -> None:
    made = season()
    drive = made.drive()
    gone = made.factory.voters[0].person_id
    Membership.objects.using("bulk").filter(person_id=gone).update(valid_to=TODAY)
    kept = made.fill(drive, days_on(1))
    assert (kept.came, kept.back, kept.gone) == (0, 0, 1)
    made.world.act("luyang")
    entry = Entry.objects.get(drive=drive, person_id=gone)
    assert entry.left_on is not None
    states = dict(entry.pieces.values_list("thing", "state"))
    assert states == {"told": "done", "pack": "void", "visited": "void"}
    Membership.objects.using("bulk").filter(person_id=gone).update(valid_to=None)
    assert made.fill(drive, days_on(2)).back == 1
    made.world.act("luyang")
    assert dict(Piece.objects.filter(entry=entry).values_list("thing", "state"))["pack"] == "open"


def test_who_comes_later_is_added_the_next_night(db: Any) -> None:
    from zhijia.questionnaires.tests import world as halls

    made = season()
    drive = made.drive()
    halls.add(made.factory, 1, first=50)
    assert rostering.nightly(at=days_on(1)) == [drive.pk]
    assert len(made.listed(drive)) == 4


def test_killed_between_slices_it_goes_on_behind_the_last(db: Any, monkeypatch: Any) -> None:
    made = season()
    drive = made.drive(at_union="province", opened=False)
    opening.open_drive(actor=made.world.act("province"), at=AT, drive_id=drive.pk)
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


def test_an_officer_of_another_county_sees_nothing_of_it_and_marks_nothing(db: Any) -> None:
    made = season()
    drive = made.drive()
    piece = made.pieces(drive, "visited")[0]
    assert made.pieces(drive, "visited", "mill") == []
    with pytest.raises(NotForYou):
        giving.mark(actor=made.world.act("mill"), at=AT, piece_id=piece.pk, note="去过")


def test_a_task_is_done_once_with_its_fact_and_says_what_came_of_it(db: Any) -> None:
    made = season()
    drive = made.drive()
    piece = made.pieces(drive, "visited")[0]
    actor = made.world.act("factory")
    with pytest.raises(Refusal, match="note_missing"):
        giving.mark(actor=actor, at=AT, piece_id=piece.pk)
    giving.mark(actor=actor, at=AT, piece_id=piece.pk, note="到站点看望，一切都好")
    giving.mark(actor=actor, at=AT, piece_id=piece.pk, note="再来一次")
    piece.refresh_from_db()
    assert (piece.state, piece.note) == ("done", "到站点看望，一切都好")
    assert Fact.objects.filter(kind="campaign.reached", record_id=str(piece.pk)).count() == 1


def test_a_roster_of_unions_is_made_of_levels_and_of_employers_by_where_they_are(db: Any) -> None:
    from zhijia.registry.models import Coverage, Employer

    made = season()
    weekly = made.drive("arrears_weekly_report", at_union="province", targets={})
    assert {entry.of_union_id for entry in made.listed(weekly, "province")} == {
        made.world.unions["luyang"].pk, made.world.unions["shushan"].pk,
    }  # fmt: skip
    big = Employer.objects.using("bulk").create(name="大厂有限公司", division="340103000000", staff_count=300)
    covered = Employer.objects.using("bulk").create(
        name="老厂有限公司", division="340103000000", staff_count=300
    )
    Employer.objects.using("bulk").create(name="小厂有限公司", division="340103000000", staff_count=3)
    Employer.objects.using("bulk").create(name="外地有限公司", division="340104000000", staff_count=300)
    Coverage.objects.using("bulk").create(
        union=made.world.unions["factory"],
        employer=covered,
        valid_from=TODAY,
        county_id=made.world.unions["luyang"].pk,
    )
    define(
        "own_founding", subject="employer", who={"text": "employer.staff_count >= 100"}, budget=None,
        purpose="organisation",
        each=[{"code": "visit", "label": {"en": "Visit", "zh": "走访"}, "gives": "task"}],
    )  # fmt: skip
    drive = made.drive("own_founding")
    on = {entry.employer_id: entry.union_id for entry in made.listed(drive)}
    assert on == {big.pk: made.world.unions["luyang"].pk, covered.pk: made.world.unions["factory"].pk}
    names = roster.names_of(made.listed(drive))
    assert set(names.values()) == {"大厂有限公司", "老厂有限公司"}
