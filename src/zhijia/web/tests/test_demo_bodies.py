"""Terms, elections, polls and flaws of the demo: they keep the rules they are shown for, and are made once."""

import json
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connections

from zhijia.accounts.models import User
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import acting
from zhijia.questionnaires import rules, versions
from zhijia.questionnaires import verify as ballots_verify
from zhijia.questionnaires.models import Poll, Rating
from zhijia.questionnaires.queries import polls, results
from zhijia.questionnaires.services import casting, quizzing
from zhijia.registry import term_rules, verify
from zhijia.web.demo.bodies import make_terms
from zhijia.web.demo.flaws import make_flaws
from zhijia.web.demo.logins import MEMBER, OFFICER
from zhijia.web.demo.polls import make_polls

PROGRAM = Path(__file__).resolve().parents[2] / "questionnaires" / "static" / "questionnaires" / "recount.py"


def rows(sql):
    with connections["bulk"].cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def test_the_demo_has_terms_that_keep_the_rules_and_something_to_mend(province):
    held = rows(
        "SELECT e.entitled, e.attended, e.seats, array_agg(c.votes) FILTER (WHERE c.elected), count(*), e.state"
        " FROM registry_election e JOIN registry_candidate c ON c.election_id = e.id GROUP BY e.id"
    )
    assert len(held) > 5
    for entitled, attended, seats, votes, stood, state in held:
        assert term_rules.quorum_met(entitled=entitled, attended=attended, share=(2, 3))
        assert min(votes) >= term_rules.votes_needed(entitled=entitled, share=(1, 2))
        assert max(votes) <= attended
        assert len(votes) == seats
        if state == "approved":
            assert stood > seats
    assert rows("SELECT count(*) FROM registry_election WHERE state = 'reported'")[0][0] >= 1
    assert rows("SELECT count(*) FROM registry_postponement WHERE state = 'asked'") == [(1,)]
    for waiting in (
        "registry_election w WHERE state = 'reported'",
        "registry_postponement w WHERE state = 'asked'",
    ):
        assert rows(
            f"SELECT count(*) FROM {waiting} AND EXISTS (SELECT FROM registry_union u"
            " WHERE u.id = w.union_id AND u.dissolved_on IS NOT NULL)"
        ) == [(0,)]
    assert rows(
        "SELECT count(*) FROM matters_step s JOIN matters_answer a ON a.case_id = s.case_id AND a.name = 'workplace'"
        " WHERE s.state = 'waiting'"
    ) == [(2,)]
    assert rows("SELECT count(*) FROM registry_term WHERE ended_on IS NOT NULL")[0][0] > 10
    assert rows("SELECT count(DISTINCT rule) FROM registry_quality_issue WHERE state = 'open'")[0][0] > 3
    assert rows(
        "SELECT count(*) FROM notices_message m JOIN accounts_user u ON u.id = m.user_id"
        " WHERE u.login = 'officer' AND m.kind = 'term_ends'"
    ) == [(1,)]
    assert verify.rows_stand_in_their_place().differences == ()

    before = rows(
        "SELECT (SELECT count(*) FROM registry_term), (SELECT count(*) FROM registry_quality_issue)"
    )
    make_terms(at=days.now())
    make_flaws(at=days.now())
    assert (
        rows("SELECT (SELECT count(*) FROM registry_term), (SELECT count(*) FROM registry_quality_issue)")
        == before
    )


def acts(login):
    user = User.objects.get(login=login)
    return Actor(user.pk, "demo", "demo-test", person_id=user.person_id)


def test_the_member_may_take_part_in_what_is_open_and_has_not_yet(province):
    member, now = acts(MEMBER), days.now()
    with acting(member):
        seen = {(one.asked.code, one.poll.state): one for one in polls.mine(member)}
        for code in ("committee_election", "workforce_survey"):
            entry = casting.enter(actor=member, at=now, poll_id=seen[code, "open"].poll.pk)
            assert not entry.is_in
        quizzing.found(member, seen["union_law_quiz", "open"].poll.pk)


def test_a_stranger_counts_the_ballot_of_the_demo_anew_and_the_platform_too(province, tmp_path):
    poll = Poll.objects.using("bulk").select_related("version").get(version__code="worker_director_election")
    with acting(acts(OFFICER)):
        ballots = rules.published(list(results.strips(poll)))
        claimed = results.as_data(poll, versions.definition(poll.version))
    (tmp_path / "ballots.csv").write_text(ballots, encoding="utf-8")
    (tmp_path / "result.json").write_text(json.dumps(claimed), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", str(PROGRAM), "ballots.csv", "result.json"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert (done.returncode, done.stdout.count("everything published is right")) == (0, 1), done.stdout
    assert claimed["decided"]["director"]["elected"] == ["1"]
    assert ballots_verify.counted_ballots_are_the_result().differences == ()


def test_the_counted_survey_shows_cells_and_covers_small_ones(province):
    with acting(acts(OFFICER)):
        poll = Poll.objects.select_related("version").get(version__code="workforce_survey", state="counted")
        asked = versions.definition(poll.version)
        parts = results.parts(poll, asked, day=days.business_day(days.now()))

    assert any(part.covered for part in parts)
    assert any(bar.text.isdigit() for part in parts for chart in part.charts for bar in chart.bars)


def test_a_low_rating_waits_for_its_follow_up(province):
    low = Rating.objects.using("bulk").get(low=True)

    assert (low.followed_at, low.mark) == (None, 1)
    assert low.user_id != acts(MEMBER).user_id


def test_polls_that_are_there_are_not_made_again_and_one_that_is_killed_leaves_nothing(province, monkeypatch):
    def counted():
        return Poll.objects.using("bulk").count(), User.objects.count(), Rating.objects.using("bulk").count()

    before = counted()
    make_polls(at=days.now())
    assert counted() == before

    def killed(*args, **named):
        raise KeyboardInterrupt

    monkeypatch.setattr("zhijia.web.demo.polls.uuid5", lambda keys, name: uuid4())
    monkeypatch.setattr("zhijia.web.demo.polls.preparing.open_poll", killed)
    with pytest.raises(KeyboardInterrupt):
        make_polls(at=days.now())
    assert counted() == before
