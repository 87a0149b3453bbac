"""A round one stage of which the public votes on: from the call to the names, by its weight among the stages."""

from typing import Any

import pytest

from zhijia.appraisals.models.rounds import Award, Nomination, Standing
from zhijia.appraisals.services.rounds import judging, naming, voting
from zhijia.appraisals.tests.rounds.test_pages import browser, words
from zhijia.appraisals.tests.rounds.test_refusals import refused
from zhijia.appraisals.tests.rounds.world import CLOSED, Fair, fair
from zhijia.kernel import masking
from zhijia.kernel.errors import NotForYou
from zhijia.questionnaires.models import Poll
from zhijia.questionnaires.services import counting, preparing
from zhijia.registry.services import consents

TOLD = {"title_held": "city", "year": "攻克薄壁焊接难题。", "story": "一把焊枪，三代师徒。"}
SHORT, JURY = ("craft", "results"), ("spirit", "effect")


@pytest.fixture
def made(db: Any) -> Fair:
    return fair(8, code="craftsman_of_the_year", key="city")


def say(
    made: Fair, rows: list[Nomination], judges: int, criteria: tuple[str, str], points: list[int]
) -> None:
    """So many judges give each of these as many points of a hundred, and the stage is closed."""
    for name in made.judges[:judges]:
        actor = made.act(name)
        for row, given in zip(rows, points, strict=True):
            said = {criteria[0]: given - 40, criteria[1]: 40}
            judging.score(actor=actor, at=CLOSED, nomination_id=row.pk, points=said)
    judging.close_stage(actor=made.act(), at=CLOSED, round_id=made.round.pk)


def shortlisted(made: Fair) -> list[Nomination]:
    """Three craftsmen whom experts gave 90, 80 and 70."""
    made.name_judges(5)
    rows = [made.take_in(made.nominate(place, **TOLD)) for place in range(3)]
    judging.begin(actor=made.act(), at=CLOSED, round_id=made.round.pk)
    made.clear()
    say(made, rows, 3, SHORT, [90, 80, 70])
    return rows


def voted(made: Fair, poll: Poll, votes: list[int]) -> None:
    """So many accounts vote for each of those who stand, and the vote is counted after its end."""
    voters = iter(range(8))
    for number, many in enumerate(votes, 1):
        for place in [next(voters) for _one in range(many)]:
            made.hall.say(place, poll, {f"craftsman.{number}": ["for"]}, at=CLOSED)
    counting.count(actor=made.act(), at=poll.closes_at, poll_id=poll.pk)


def test_the_public_vote_counts_with_its_weight_and_the_names_follow(made: Fair) -> None:
    rows = shortlisted(made)
    poll = voting.prepare(actor=made.act(), at=CLOSED, round_id=made.round.pk)
    assert voting.prepare(actor=made.act(), at=CLOSED, round_id=made.round.pk).pk == poll.pk
    stand = list(poll.candidates.order_by("number").values_list("name", flat=True))
    assert stand == [masking.name(row.title) for row in rows]
    assert rows[0].title not in stand  # they agreed to a masked name
    with refused("vote_not_counted"):
        judging.close_stage(actor=made.act(), at=CLOSED, round_id=made.round.pk)

    voted(made, poll, [1, 4, 2])
    judging.close_stage(actor=made.act(), at=poll.closes_at, round_id=made.round.pk)
    say(made, rows, 5, JURY, [80, 70, 90])

    made.act()
    stands = Standing.objects.filter(round=made.round).order_by("rank").values_list("nomination_id", "score")
    assert [(key, str(score)) for key, score in stands] == [
        (rows[1].pk, "80.00"),  # 0.4 x 80 + 0.2 x 100 + 0.4 x 70: first by the vote alone
        (rows[2].pk, "74.00"),
        (rows[0].pk, "73.00"),
    ]
    made.batch(rows[1], rows[2], at=poll.closes_at)
    made.to_names(at=poll.closes_at)
    made.act()
    assert list(Award.objects.order_by("number").values_list("title", flat=True)) == [
        rows[1].title,
        rows[2].title,
    ]


def test_a_judge_reads_that_the_public_votes_now_and_is_led_to_no_entries(made: Fair) -> None:
    shortlisted(made)
    poll = voting.prepare(actor=made.act(), at=CLOSED, round_id=made.round.pk)
    judge, address = browser(made.world.actors[made.judges[0]]), f"/rounds/judging/{made.round.pk}/"

    listed, read = judge.get("/rounds/"), judge.get(address)

    assert ("The public votes now" in words(listed), address in words(listed)) == (True, False)
    assert (read.status_code, f"/polls/{poll.pk}/" in words(read)) == (200, True)
    assert browser(made.world.actors["mill"]).get(address).status_code == 404


def test_a_vote_that_was_stopped_is_held_anew_and_its_ballots_count_nowhere(made: Fair) -> None:
    rows = shortlisted(made)
    first = voting.prepare(actor=made.act(), at=CLOSED, round_id=made.round.pk)
    made.hall.say(0, first, {"craftsman.1": ["for"]}, at=CLOSED)
    preparing.stop(actor=made.act(), at=CLOSED, poll_id=first.pk, reason="候选人姓名写错")

    second = voting.prepare(actor=made.act(), at=CLOSED, round_id=made.round.pk)
    voted(made, second, [0, 1, 0])
    judging.close_stage(actor=made.act(), at=second.closes_at, round_id=made.round.pk)

    made.act()
    given = Standing.objects.get(nomination=rows[0]).stages["vote"]
    assert (first.pk != second.pk, given) == (True, {"of": [0, 1], "votes": 0})


def test_nobody_stands_in_a_vote_who_agrees_no_more_that_their_name_is_shown(made: Fair) -> None:
    rows = shortlisted(made)
    consents.withdraw(actor=made.member(0), at=CLOSED, purpose="public_notice")

    with refused("notice_not_agreed_by"):
        voting.prepare(actor=made.act(), at=CLOSED, round_id=rows[0].round_id)


def test_officers_of_another_union_neither_open_the_vote_nor_count_it(made: Fair) -> None:
    shortlisted(made)
    with pytest.raises(NotForYou):
        voting.prepare(actor=made.act("mill"), at=CLOSED, round_id=made.round.pk)
    poll = voting.prepare(actor=made.act(), at=CLOSED, round_id=made.round.pk)
    with pytest.raises(NotForYou):
        counting.count(actor=made.act("mill"), at=poll.closes_at, poll_id=poll.pk)
    with pytest.raises(NotForYou):
        naming.name(actor=made.act("mill"), at=poll.closes_at, round_id=made.round.pk)
