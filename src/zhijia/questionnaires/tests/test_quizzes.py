"""Quizzes: drawn by a seed, answered in time, entered once, published where whoever took part agreed."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from psycopg.errors import CheckViolation

from zhijia.kernel.checks import Checked
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.questionnaires import verify, versions
from zhijia.questionnaires.models import Poll
from zhijia.questionnaires.services import quizzing
from zhijia.questionnaires.tests.world import Hall, hall
from zhijia.registry.tests.world import AT


def quiz(made: Hall) -> Poll:
    return made.poll("union_law_quiz")


def begin(made: Hall, poll: Poll, place: int = 0, *, practice: bool = False) -> Any:
    return quizzing.begin(actor=made.as_voter(place), at=AT, poll_id=poll.pk, practice=practice)


def right(attempt: Any, poll: Poll) -> dict[str, list[str]]:
    asked = versions.definition(poll.version)
    return {one.name: list(one.right) for one in quizzing.drawn(asked, attempt.seed)}


def test_a_quiz_draws_by_its_seed_and_counts_what_is_right(db: Any) -> None:
    made = hall(2)
    poll = quiz(made)
    attempt = begin(made, poll)
    asked = versions.definition(poll.version)
    drawn = [one.name for one in quizzing.drawn(asked, attempt.seed)]

    done = quizzing.hand_in(actor=made.as_voter(0), at=AT, attempt_id=attempt.pk, typed=right(attempt, poll))

    assert len(drawn) == 8
    assert drawn == [one.name for one in quizzing.drawn(asked, attempt.seed)]
    assert (done.points, done.most) == (8, 8)
    assert quizzing.passed(done, asked, AT)


def test_answers_after_the_time_count_for_nothing(db: Any) -> None:
    made = hall(2)
    poll = quiz(made)
    attempt = begin(made, poll)
    late = attempt.ends_at + timedelta(minutes=1)

    done = quizzing.hand_in(
        actor=made.as_voter(0), at=late, attempt_id=attempt.pk, typed=right(attempt, poll)
    )

    assert done.points == 0


def test_the_contest_is_entered_once_and_practice_as_often_as_one_likes(db: Any) -> None:
    made = hall(2)
    poll = quiz(made)
    begin(made, poll)

    with pytest.raises(Refusal) as twice:
        begin(made, poll)
    tries = [begin(made, poll, practice=True).pk for _time in range(3)]

    assert twice.value.code == "contest_once_for_each"
    assert len(set(tries)) == 3


def test_a_result_is_published_with_consent_and_practice_never(db: Any) -> None:
    made = hall(2)
    poll = quiz(made)
    attempt, practice = begin(made, poll), begin(made, poll, practice=True)
    for one in (attempt, practice):
        quizzing.hand_in(actor=made.as_voter(0), at=AT, attempt_id=one.pk, typed={})
    seen = lambda: made.as_voter(1) and list(poll.attempts.all())  # noqa: E731
    assert seen() == []

    quizzing.publish(actor=made.as_voter(0), at=AT, attempt_id=attempt.pk, agreed=True)
    with pytest.raises(Refusal):
        quizzing.publish(actor=made.as_voter(0), at=AT, attempt_id=practice.pk, agreed=True)
    with pytest.raises(NotForYou):
        quizzing.publish(actor=made.as_voter(1), at=AT, attempt_id=attempt.pk, agreed=True)

    assert [one.pk for one in seen()] == [attempt.pk]


def test_a_try_keeps_what_it_drew_and_once_handed_in_its_points(db: Any) -> None:
    made = hall(2)
    attempt = begin(made, quiz(made))
    change = "UPDATE questionnaires_attempt SET {}"
    begun = ("seed = 'x'", "most = 1", "ends_at = ends_at + interval '1 day'", "points = 8", "publish = true")

    assert all(_stands(made, change.format(said), "attempt_is_handed_in_once") for said in begun)
    more = "points = 9, ended_at = now()"
    assert _stands(made, change.format(more), "attempt_is_handed_in_once"), "more than there is to reach"

    quizzing.hand_in(actor=made.as_voter(0), at=AT, attempt_id=attempt.pk, typed={})
    over = ("points = 8", "answers = '{\"x\": 1}'", "ended_at = NULL, points = NULL")
    assert all(_stands(made, change.format(said), "attempt_is_handed_in_once") for said in over)
    again = (
        "INSERT INTO questionnaires_attempt (poll_id, user_id, practice, seed, answers, began_at, ends_at, ended_at,"
        " points, most, called, publish, union_id, county_id) SELECT poll_id, user_id, true, seed, '{{}}', began_at,"
        " ends_at, {}, most, called, publish, union_id, county_id FROM questionnaires_attempt"
    )
    assert _stands(made, again.format("now(), 8"), "attempt_begins_with_nothing")
    assert not _stands(made, again.format("NULL, NULL"), "attempt_begins_with_nothing")


def test_points_that_are_not_those_of_the_answers_are_found(committed: None, owner_sql: Any) -> None:
    with transaction.atomic():
        made = hall(2)
        poll = quiz(made)
        attempt = begin(made, poll)
        typed = right(attempt, poll)
        quizzing.hand_in(actor=made.as_voter(0), at=AT, attempt_id=attempt.pk, typed=typed)
    assert verify.tries_have_the_points_of_their_answers() == Checked(1, ())

    owner_sql("UPDATE questionnaires_attempt SET points = 7")

    (said,) = verify.tries_have_the_points_of_their_answers().differences
    assert said == f"try {attempt.pk}: its points are not those of its answers"


def _stands(made: Hall, write: str, why: str) -> bool:
    """Whether the database says by this constraint that it stands, to SQL of whose try it is."""
    made.as_voter(0)
    point = transaction.savepoint()
    try:
        with connection.cursor() as cursor:
            cursor.execute(write)
    except IntegrityError as told:
        return isinstance(told.__cause__, CheckViolation) and told.__cause__.diag.constraint_name == why
    finally:
        transaction.savepoint_rollback(point)
    return False
