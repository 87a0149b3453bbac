"""Terms, elections and flaws of the demo: they keep the rules they are shown for, and are made once."""

from django.db import connections

from zhijia.kernel import days
from zhijia.registry import term_rules, verify
from zhijia.web.demo.bodies import make_terms
from zhijia.web.demo.flaws import make_flaws


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
