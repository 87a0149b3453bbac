"""Nobody makes, changes or counts a poll of another union by SQL, and nothing comes to what was counted."""

from typing import Any
from uuid import uuid4

import pytest

from zhijia.kernel.actors import Actor
from zhijia.questionnaires.models import PaperCount, Poll, Receipt, Strip
from zhijia.questionnaires.services import papers
from zhijia.questionnaires.tests.world import LATER, Hall, hall
from zhijia.registry.tests import by_hand
from zhijia.registry.tests.world import AT, appoint

NOT_THEIRS = ("mill", "shushan", "couriers", "voter", "nobody", "a job")
POLLS = {
    "ends": "UPDATE questionnaires_poll SET closes_at = opens_at + interval '1 minute' WHERE id = %(poll)s",
    "is stopped": "UPDATE questionnaires_poll SET state = 'stopped' WHERE id = %(poll)s",
    "says something else": "UPDATE questionnaires_poll SET state = 'counted', result = '{}' WHERE id = %(poll)s",
    "is of another union": "UPDATE questionnaires_poll SET union_id = %(mill)s WHERE id = %(poll)s",
    "is gone": "DELETE FROM questionnaires_poll WHERE id = %(poll)s",
}
PAPERS = (
    "INSERT INTO questionnaires_paper_count (poll_id, user_id, at, papers, invalid, said)"
    " VALUES (%(poll)s, %(user)s, now(), 0, 0, '{}')"
)
STRIP = (
    "INSERT INTO questionnaires_strip (id, poll_id, question, item, said, open)"
    " VALUES (%(id)s, %(poll)s, 'committee', '1', 'for', true)"
)
RECEIPT = "INSERT INTO questionnaires_receipt (id, poll_id, code) VALUES (%(id)s, %(poll)s, 'ABCD-EFGH-JKLM')"


@pytest.fixture
def made(db: None) -> Hall:
    one = hall()
    appoint(one.world, "factory", "grassroots_officer", "second")
    one.world.actors["voter"] = one.voters[0]
    one.world.actors["nobody"] = Actor(None, "page", "test")
    one.world.actors["a job"] = Actor(None, "job", "test")
    return one


def refused(made: Hall, who: str, write: str, poll: Poll, **more: Any) -> bool:
    values = {"poll": poll.pk, "mill": made.world.unions["mill"].pk, "id": uuid4()} | more
    return by_hand.refused(made.world.actors[who], write, values)


@pytest.mark.parametrize("write", POLLS.values(), ids=POLLS)
def test_a_poll_is_held_by_its_union_alone(made: Hall, write: str) -> None:
    poll = made.poll()

    assert [who for who in NOT_THEIRS if not refused(made, who, write, poll)] == []


def test_papers_are_counted_by_who_works_there_in_their_own_name(made: Hall) -> None:
    poll = made.poll(on_paper=True)
    users = {who: made.world.actors[who].user_id for who in ("factory", "second", *NOT_THEIRS)}
    letting = [who for who in users if not refused(made, who, PAPERS, poll, user=users[who])]

    assert letting == ["factory", "second"]
    assert refused(made, "factory", PAPERS, poll, user=users["second"])

    papers.count(actor=made.officer(), at=AT, poll_id=poll.pk, papers=0, invalid=0, said={})
    assert PaperCount.objects.count() == 1
    gone = "DELETE FROM questionnaires_paper_count WHERE poll_id = %(poll)s"
    other = "UPDATE questionnaires_paper_count SET papers = 9 WHERE poll_id = %(poll)s"
    assert [who for who in NOT_THEIRS if not refused(made, who, gone, poll)] == []
    assert [who for who in (*users,) if not refused(made, who, other, poll)] == []


@pytest.mark.parametrize("write", [STRIP, RECEIPT], ids=["ballots", "receipts"])
def test_nothing_comes_to_what_is_counted(made: Hall, write: str) -> None:
    poll = made.poll()
    for place in range(5):
        made.vote(place, poll, 1, 2, 3)
    everybody = ("factory", "second", *NOT_THEIRS)

    before = [who for who in everybody if not refused(made, who, write, poll)]
    made.count(poll, at=LATER)
    after = [who for who in everybody if not refused(made, who, write, poll)]

    assert before == after == []
    assert (Receipt.objects.count(), Strip.objects.filter(said="for").count()) == (5, 15)
