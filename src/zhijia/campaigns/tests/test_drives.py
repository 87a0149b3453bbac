"""Drives: opening, targets that add up, closing with a report, returns sent, corrected, late, held and not asked."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, ProgrammingError, connections, transaction

from zhijia.campaigns import checking, verify, versions
from zhijia.campaigns.models import Answer, Drive, Entry, Piece, Share
from zhijia.campaigns.queries import drives, progress, returns
from zhijia.campaigns.services import giving, opening, returning, sharing, telling
from zhijia.campaigns.tests.world import TODAY, Season, define, season
from zhijia.catalogue import definitions
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.notices.models import Message
from zhijia.registry.tests import by_hand
from zhijia.registry.tests.world import AT

WEEK = {"any": True, "firms": 2, "people": 30, "owed": 1_000_000, "done": "已约谈企业"}


@pytest.fixture
def made(committed: None) -> Season:
    return season()


def test_the_same_form_posted_twice_makes_one_drive(made: Season) -> None:
    said: dict[str, Any] = {
        "once": uuid4(), "union": made.world.unions["luyang"], "code": "send_coolness", "opens_on": TODAY,
    }  # fmt: skip
    one = made.do("luyang", opening.make, **said)
    assert made.do("luyang", opening.make, **said).pk == one.pk
    assert Drive.objects.count() == 1


@pytest.mark.parametrize(
    ("by", "said", "code"),
    [
        ("luyang", {"code": "arrears_weekly_report"}, "drive_level"),
        ("luyang", {"opens_on": TODAY - timedelta(days=40)}, "drive_in_the_past"),
        ("luyang", {"closes_on": TODAY - timedelta(days=1)}, "drive_closes_after_it_opens"),
        ("luyang", {"budget": 10**10}, "budget_cap"),
        ("luyang", {"targets": {("goods", 0): 5}}, "no_such_target"),
    ],
)
def test_a_drive_that_cannot_be_is_refused_with_its_sentence(
    made: Season, by: str, said: dict[str, Any], code: str
) -> None:
    with pytest.raises(Refusal) as refused:
        made.drive(by=by, opened=False, **said)
    assert refused.value.code == code


def test_another_union_neither_makes_nor_opens_it(made: Season) -> None:
    drive = made.drive(opened=False)
    with pytest.raises(NotForYou):
        made.do("mill", opening.open_drive, drive_id=drive.pk)
    with made.at_work("mill"):
        assert drives.find(made.world.unions["mill"], drive.pk) is None
        assert drives.find(made.world.unions["luyang"], drive.pk) == drive


def test_a_drive_opens_with_its_targets_alone(made: Season) -> None:
    drive = made.drive(opened=False, targets={})
    with pytest.raises(Refusal) as refused:
        made.do("luyang", opening.open_drive, drive_id=drive.pk)
    assert refused.value.code == "target_missing"


def test_targets_are_shared_by_members_to_the_last_and_the_unions_are_told(made: Season) -> None:
    drive = made.drive(by="province", targets={("people", 0): 7})
    province, city = made.world.unions["province"], made.world.unions["city"]
    made.do(
        "province",
        sharing.share,
        drive_id=drive.pk,
        above=province,
        measure="people",
        year=0,
        parts={city.pk: 7},
    )
    made.world.refresh()
    with made.at_work("province"):
        parts = sharing.by_members(drive, city, "people", 0)
    luyang, shushan = made.world.unions["luyang"].pk, made.world.unions["shushan"].pk
    assert parts == {luyang: 4, shushan: 3}
    made.do("province", sharing.share, drive_id=drive.pk, above=city, measure="people", year=0, parts=parts)
    assert telling.targets(at=AT, drive_id=drive.pk, above_id=city.pk) == 2
    assert Message.objects.using("bulk").filter(kind="campaign_target").count() == 2
    assert not verify.shares_add_up().differences


def test_targets_that_do_not_add_up_are_refused_by_the_service_and_the_database(
    made: Season, owner_sql: Any
) -> None:
    drive = made.drive(by="province", targets={("people", 0): 7})
    province, city = made.world.unions["province"], made.world.unions["city"]
    with pytest.raises(Refusal) as refused:
        made.do(
            "province",
            sharing.share,
            drive_id=drive.pk,
            above=province,
            measure="people",
            year=0,
            parts={city.pk: 8},
        )
    assert refused.value.code == "shares_add_up"
    made.do(
        "province",
        sharing.share,
        drive_id=drive.pk,
        above=province,
        measure="people",
        year=0,
        parts={city.pk: 7},
    )
    with pytest.raises(Exception, match="the shares do not add up"):
        owner_sql("UPDATE campaigns_share SET amount = 9 WHERE union_id = %s", [city.pk])
    assert Share.objects.get(union_id=city.pk).amount == 7


def test_progress_is_counted_from_facts_union_by_union_beside_the_target(made: Season) -> None:
    define("own_care", measures=[
        {"code": "people", "label": {"en": "People", "zh": "人"}, "unit": {"en": "people", "zh": "人"},
         "told": {"kind": "campaign.reached", "where": {"thing": "visited"}, "counts": "people"}},
    ])  # fmt: skip
    drive = made.drive("own_care", by="province", union=made.world.unions["city"])
    for piece in made.pieces(drive, "visited")[:2]:
        made.do("factory", giving.mark, piece_id=piece.pk, note="看望")
    unions = made.world.unions
    with made.at_work("province"):
        campaign = versions.of(drive)
        lines = progress.of(
            drive, campaign, unions["city"], [unions["city"], unions["luyang"], unions["shushan"]], TODAY
        )
        assert [(line.cells[0].reached, line.cells[0].target) for line in lines] == [
            (2, 5),
            (2, None),
            (0, None),
        ]
        assert lines[0].cells[0].percent == 40
        given = {
            one.thing.code: (one.there, one.done)
            for one in progress.given(drive, campaign, unions["city"], TODAY)
        }
    assert given == {"told": (5, 5), "pack": (5, 0), "visited": (5, 2)}


def test_a_closed_drive_keeps_its_figures_and_gives_nothing_more(made: Season) -> None:
    drive = made.drive()
    closed = made.do("luyang", opening.close, drive_id=drive.pk)
    assert closed.report["measures"][0]["target"] == 5
    assert closed.report["on"] == 3
    piece = made.pieces(drive, "visited")[0]
    with pytest.raises(Refusal) as refused:
        made.do("factory", giving.mark, piece_id=piece.pk, note="晚了")
    assert refused.value.code == "drive_not_open"
    with made.at_work("luyang"), pytest.raises(Exception, match="the drive stands"):
        Drive.objects.filter(pk=drive.pk).update(title="另一个")


def test_a_pot_is_shared_among_the_unions_on_the_roster_to_the_last_fen(made: Season) -> None:
    define(
        "own_subsidy", like="arrears_weekly_report", who={"levels": ["grassroots"]}, measures=[], runs="year",
        pot={"label": {"en": "Pot", "zh": "总额"}, "unit": "fen", "weight": "members"},
        each=[{"code": "use", "label": {"en": "Use", "zh": "使用"}, "gives": "task"}],
    )  # fmt: skip
    drive = made.drive("own_subsidy", by="province", targets={}, pot=1001)
    shares = {entry.of_union_id: entry.share for entry in made.listed(drive, "province")}
    unions = made.world.unions
    assert shares == {unions["factory"].pk: 601, unions["couriers"].pk: 0, unions["mill"].pk: 400}
    assert Entry.objects.using("bulk").count() == 3


def weekly(made: Season) -> Drive:
    """A weekly return of the counties that began three weeks ago."""
    drive = made.drive("arrears_weekly_report", by="province", targets={}, opens_on=TODAY.replace(day=2))
    assert {entry.county_id for entry in made.listed(drive, "province")} == {
        made.world.unions["luyang"].pk, made.world.unions["shushan"].pk,
    }  # fmt: skip
    return drive


def test_a_return_is_sent_once_and_corrected_as_a_version_that_says_why(made: Season) -> None:
    drive = weekly(made)
    first, second, *more = made.pieces(drive, "week", "luyang")
    assert not more
    answer = made.do("luyang", returning.send, piece_id=second.pk, answers={"any": False, "people": 9})
    assert answer.answers == {"any": False}
    assert answer.held["members"]["value"] == 3
    with pytest.raises(Refusal) as refused:
        made.do("luyang", returning.send, piece_id=second.pk, answers=WEEK)
    assert refused.value.code == "reason_missing"
    made.do("luyang", returning.send, piece_id=second.pk, answers=WEEK, reason="漏报一家")
    with made.at_work("province"):
        times = returns.by_time(
            drive, versions.of(drive).things["week"], made.world.unions["province"], today=TODAY
        )
    assert [(one.begins_on, one.asked, one.sent, one.late, one.missing) for one in (came.time for came in times)] == [
        (second.begins_on, 2, 1, 0, 0), (first.begins_on, 2, 0, 0, 2),
    ]  # fmt: skip
    assert (times[0].sums["people"], times[0].sums["owed"]) == (30, 1_000_000)


def test_a_return_that_lacks_an_answer_or_comes_late_is_said_so(made: Season) -> None:
    drive = weekly(made)
    first = made.pieces(drive, "week", "luyang")[0]
    with pytest.raises(Refusal) as refused:
        made.do("luyang", returning.send, piece_id=first.pk, answers={"any": True, "firms": 1})
    assert refused.value.code == "answer_missing"
    made.do("luyang", returning.send, piece_id=first.pk, answers=WEEK)
    first.refresh_from_db(using="bulk")
    assert first.late
    with pytest.raises(NotForYou):
        made.do("mill", returning.send, piece_id=first.pk, answers=WEEK, reason="别人的")


def test_two_who_send_a_return_at_once_send_it_once(made: Season) -> None:
    drive = weekly(made)
    piece = made.pieces(drive, "week", "luyang")[0]

    def send(_number: int) -> str:
        try:
            made.do("luyang", returning.send, piece_id=piece.pk, answers=WEEK)
        except Refusal as refused:
            return refused.code
        finally:
            connections.close_all()
        return "sent"

    with ThreadPoolExecutor(2) as pool:
        said: Sequence[str] = sorted(pool.map(send, range(2)))
    assert said == ["reason_missing", "sent"]
    assert not verify.what_was_given_is_the_facts().differences


def test_a_version_of_a_return_never_changes(made: Season, owner_sql: Any) -> None:
    drive = weekly(made)
    piece = made.pieces(drive, "week", "luyang")[0]
    made.do("luyang", returning.send, piece_id=piece.pk, answers=WEEK)
    for text in ("UPDATE campaigns_answer SET answers = '{}'", "DELETE FROM campaigns_answer"):
        with pytest.raises(Exception, match="a return only grows"):
            owner_sql(text)


def test_nothing_is_sent_or_given_past_the_services_once_a_drive_is_closed(made: Season) -> None:
    drive = weekly(made)
    first, second, *_more = made.pieces(drive, "week", "luyang")
    made.do("luyang", returning.send, piece_id=first.pk, answers=WEEK)
    made.do("province", opening.close, drive_id=drive.pk)
    said = {
        "piece": first,
        "version": 2,
        "answers": WEEK,
        "held": {},
        "sent_at": AT,
        "sent_by": 1,
        "reason": "补报",
    }

    for act in (
        lambda: Answer.objects.create(**said, union_id=first.union_id, county_id=first.county_id),
        lambda: Piece.objects.filter(pk=second.pk).update(state="done", done_at=AT),
    ):
        with made.at_work("luyang"), pytest.raises(IntegrityError, match="not open"), transaction.atomic():
            act()


def test_officers_are_reminded_once_of_a_return_that_is_due(made: Season) -> None:
    weekly(made)
    assert telling.reminders(at=AT) > 0
    assert telling.reminders(at=AT) == 0


def test_unions_that_have_something_to_do_in_a_drive_are_told_once_when_it_starts(made: Season) -> None:
    drive = weekly(made)

    told = [telling.started(at=AT, drive_id=drive.pk) for _time in range(2)]

    links = set(Message.objects.using("bulk").filter(kind="campaign_started").values_list("link", "user_id"))
    luyang = made.world.unions["luyang"]
    assert told == [len(links), 0]
    assert (f"/work/unions/{luyang.code}/campaigns/{drive.pk}/", made.world.actors["luyang"].user_id) in links
    assert made.world.actors["factory"].user_id not in {user_id for _link, user_id in links}


def test_the_burden_of_all_returns_stands_beside_a_union(made: Season) -> None:
    weekly(made)
    with made.at_work("luyang"):
        burdens = drives.burdens(made.world.unions["luyang"], day=TODAY)
    assert [(one.returns, one.minutes) for one in burdens] == [(1, 43)]


def test_every_shipped_campaign_can_be_run(db: Any) -> None:
    for campaign in definitions.load().campaigns.values():
        assert [str(one) for one in checking.problems_of(campaign, on=TODAY)] == []


@pytest.mark.parametrize("who", ["factory", "mill", "shushan"])
def test_whoever_does_not_work_at_its_union_writes_no_drive_by_sql(made: Season, who: str) -> None:
    drive = made.drive(opened=False)

    with made.at_work(who):
        for change in ({"spent": 1}, {"budget": 10**9}):
            with pytest.raises(ProgrammingError, match="who works at its union"), transaction.atomic():
                Drive.objects.filter(pk=drive.pk).update(**change)
        with pytest.raises(ProgrammingError, match="who works at its union"), transaction.atomic():
            Drive.objects.filter(pk=drive.pk)._raw_delete("default")


def test_no_sql_of_a_union_below_says_a_target_of_a_drive_or_of_others(made: Season) -> None:
    drive, city = made.drive(by="province", targets={("people", 0): 7}), made.world.unions["city"].pk
    province, luyang = made.world.unions["province"].pk, made.world.unions["luyang"].pk
    given = (
        "INSERT INTO campaigns_share (drive_id, union_id, above_id, measure, year, amount, given_by, given_at)"
        " VALUES (%(drive)s, %(union)s, %(above)s, %(measure)s, 0, 7, access_user(), now())"
    )

    def let(write: str, **said: Any) -> list[str]:
        values = {"drive": drive.pk, "measure": "people", **said}
        with transaction.atomic():
            actors = made.world.actors
            asked = ("province", "luyang", "factory", "mill", "founder")
            return [who for who in asked if not by_hand.refused(actors[who], write, values)]

    assert let(given, union=city, above=province) == ["province"]
    assert let(given, union=luyang, above=province) == [], "Luyang is not straight below the province"
    assert let(given, union=luyang, above=None, measure="firms") == [], "the drive is not Luyang's own"
    assert let(given.replace("access_user()", "access_user() + 1"), union=city, above=province) == []
    assert let("UPDATE campaigns_share SET amount = 8") == ["province"]
    assert let("UPDATE campaigns_share SET measure = 'x'") == []
    assert let("DELETE FROM campaigns_share") == ["province"]
