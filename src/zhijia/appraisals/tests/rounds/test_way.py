"""A round from its call to the names, by its services."""

from datetime import timedelta
from typing import Any

import pytest

from zhijia.appraisals.models.rounds import Award, Nomination, Round, Standing
from zhijia.appraisals.services.rounds import allowances, judging
from zhijia.appraisals.tests.rounds.world import CLOSED, Fair, fair
from zhijia.payments.models import Payment
from zhijia.registers.models import Row
from zhijia.registry.models import Membership


@pytest.fixture
def made(db: Any) -> Fair:
    return fair(4)


def judged(made: Fair) -> list[Nomination]:
    """Three entries, judged in this order."""
    made.name_judges()
    rows = [made.take_in(made.nominate(place)) for place in range(3)]
    judging.begin(actor=made.act(), at=CLOSED, round_id=made.round.pk)
    made.clear()
    made.judge({row.pk: skill for row, skill in zip(rows, (40, 30, 20), strict=True)})
    judging.close_stage(actor=made.act(), at=CLOSED, round_id=made.round.pk)
    return rows


def test_a_craftsman_is_nominated_judged_shown_named_and_paid_each_month(made: Fair) -> None:
    first, second, _third = judged(made)
    made.batch(first, second)

    at = made.to_names()

    made.act()
    assert made.again().state == Round.State.NAMED
    awards = list(Award.objects.order_by("number"))
    assert [award.title for award in awards] == [first.title, second.title]
    assert Row.objects.filter(pk__in=[award.row_id for award in awards]).count() == 2
    assert Payment.objects.filter(source="award").count() == 2
    for _twice in range(2):
        for award in awards:
            allowances.order_due(actor=made.act(), at=at + timedelta(days=31), award=award)
    paid = Payment.objects.filter(source="award").order_by("source_id", "instalment")
    assert list(paid.values_list("instalment", flat=True)) == [1, 2, 1, 2]
    states = Nomination.objects.filter(round=made.round).values_list("state", flat=True).order_by("number")
    assert list(states) == ["named", "named", "not_named"]


def test_what_is_paid_for_a_name_ends_with_the_death_of_who_holds_it(made: Fair) -> None:
    first, second, _third = judged(made)
    made.batch(first, second)
    later = made.to_names() + timedelta(days=31)
    made.act()
    gone, stays = Award.objects.order_by("number")

    Membership.objects.filter(person_id=gone.person_id).update(status="50", valid_to=later.date())

    assert allowances.lacking([gone, stays], later.date()) == {gone.pk: 0, stays.pk: 1}
    for award, many in ((gone, 0), (stays, 1)):
        assert len(allowances.order_due(actor=made.act(), at=later, award=award)) == many


def test_the_highest_and_lowest_are_left_out_and_ranks_follow(made: Fair) -> None:
    judged(made)

    made.act()
    scores = Standing.objects.filter(round=made.round).order_by("rank").values_list("rank", "score")
    assert [(rank, str(score)) for rank, score in scores] == [(1, "85.00"), (2, "75.00"), (3, "65.00")]
