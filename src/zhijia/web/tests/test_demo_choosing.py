"""Appraisals, rounds and drives of the demo: something stands on each of their pages, made once."""

from datetime import timedelta
from typing import Any

from zhijia.accounts.models import User
from zhijia.appraisals.models import Assessor, Entry, Run
from zhijia.appraisals.models.rounds import Nomination, Round, Score
from zhijia.campaigns.models import Answer, Drive, Piece
from zhijia.campaigns.queries import own
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import acting, whole
from zhijia.questionnaires.models import Poll
from zhijia.questionnaires.services import casting
from zhijia.registers.models import Due, Row
from zhijia.registers.services import lists
from zhijia.web.demo.awards import make_awards
from zhijia.web.demo.drives import make_drives
from zhijia.web.demo.logins import MEMBER, OFFICER, PROVINCE, REVIEWER, workplace
from zhijia.web.demo.scorings import make_scorings

MADE = (Run, Entry, Round, Nomination, Score, Drive, Piece, Answer)


def as_login(login: str) -> Any:
    user = User.objects.get(login=login)
    return acting(Actor(user.pk, "page", "test", person_id=user.person_id, stepped_up=True))


def test_the_county_has_entries_in_each_state_and_its_officer_something_to_mark(province: Any) -> None:
    with as_login(REVIEWER) as actor:
        states = set(Entry.objects.values_list("state", flat=True))
        assert states >= {"begun", "marking", "published"}
        assert Assessor.objects.filter(user_id=actor.user_id, handed_at=None).count() == 1
    with as_login(OFFICER):
        own = Entry.objects.get(kind="union", target=str(workplace().pk))
        assert own.state == "begun"
        assert own.marks.count() == 5
    with as_login(MEMBER):
        firm = Entry.objects.get()
        assert (firm.kind, firm.state, firm.marks.count()) == ("employer", "begun", 3)


def test_craftsmen_wait_at_the_officers_union_and_small_inventions_at_their_judges(province: Any) -> None:
    with as_login(OFFICER):
        rows = Nomination.objects.filter(round__version__code="craftsman", at_union_id=workplace().pk)
        assert {row.state for row in rows} == {"shown", "up"}
    with as_login(MEMBER) as member:
        assert Nomination.objects.get(person_id=member.person_id).state == "draft"
    with as_login(REVIEWER):
        small = Round.objects.get(version__code="five_small_round")
        assert (small.state, small.stage) == ("judging", "experts")
    with whole():
        scores = Score.objects.using("bulk")
        assert (scores.filter(stage="experts").count(), scores.filter(stage="shortlist").count()) == (9, 15)


def test_the_public_votes_on_the_craftsmen_of_the_year_and_the_member_may(province: Any) -> None:
    with as_login(PROVINCE):
        year = Round.objects.get(version__code="craftsman_of_the_year")
        poll = Poll.objects.get(pk=year.polls["vote"]["poll"])
    assert (year.stage, poll.state, poll.candidates.using("bulk").count()) == ("vote", "open", 5)
    with as_login(MEMBER) as member:
        assert not casting.enter(actor=member, at=days.now(), poll_id=poll.pk).is_in


def test_drives_have_their_rosters_and_some_of_it_is_done(province: Any) -> None:
    with whole():
        drives = Drive.objects.using("bulk").filter(state="open")
        assert {drive.code for drive in drives if drive.roster_on} == {
            "joining_drive_riders",
            "household_visit_drive",
            "member_census",
            "check_ups",
            "group_care",
            "monthly_statistics",
        }
        pieces = Piece.objects.using("bulk")
        assert {one.thing for one in pieces.filter(state="done")} >= {"month", "seen"}
        assert Answer.objects.using("bulk").count() == 1


def test_a_member_reads_what_a_drive_gives_them_or_why_it_does_not(province: Any) -> None:
    today = days.business_day(days.now())
    with as_login(MEMBER) as member:
        mine, _more = own.given(member, today=today, rows=20)
        others, _others = own.without(member, rows=20)
    assert "group_care" in {one.campaign.code for one in others}
    assert {one.drive.code for one in mine} <= {"check_ups"}


def test_a_drive_is_over_and_its_report_stands(province: Any) -> None:
    with as_login(REVIEWER):
        over = Drive.objects.get(state="closed")
    assert over.code == "household_visit_drive"
    assert over.report["day"] < days.business_day(days.now()).isoformat()


def test_those_who_ride_and_deliver_are_asked_and_some_have_answered(province: Any) -> None:
    with whole():
        asked = Poll.objects.using("bulk").get(version__code="service_needs")
        assert (asked.state, asked.entitled) == ("open", 5)


def test_rows_of_lists_stand_in_many_states_some_ended_and_something_is_late_and_soon(province: Any) -> None:
    today, defined = (
        days.business_day(days.now()),
        {kept.id: kept.definition for kept in lists.there().values()},
    )
    with as_login(REVIEWER):
        rows = list(Row.objects.filter(source="import"))
        late = Due.objects.filter(state="open", day__lt=today).count()
        soon = Due.objects.filter(state="open", day__range=(today, today + timedelta(days=30))).count()
    first = sum(row.state == defined[row.register_id].first_state for row in rows)
    ended = sum(row.ended_on is not None for row in rows)
    assert len(rows) * 0.2 < first < len(rows) * 0.8
    assert len(rows) * 0.05 < ended < len(rows) * 0.4
    assert min(late, soon) > 20


def test_what_is_there_is_not_made_again(province: Any) -> None:
    def counted() -> list[int]:
        with whole():
            return [model.objects.using("bulk").count() for model in MADE]

    before = counted()
    for make in (make_scorings, make_awards, make_drives):
        make(at=days.now())
    assert counted() == before
