"""A union an entry was named for is merged into another before the money went: the one that took it over is paid."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import transaction

from zhijia.appraisals.models.rounds import Award, Nomination, Round, RoundNotice, Standing
from zhijia.appraisals.services.rounds import allowances, naming, preparing, succeeding, telling
from zhijia.appraisals.tests.rounds.test_money import decided
from zhijia.appraisals.tests.rounds.world import CLOSED, Fair, fair
from zhijia.notices.models import Message
from zhijia.payments.models import Event, Payment
from zhijia.registers.models import Past, Row
from zhijia.registry.models import Membership
from zhijia.registry.services.reorganisations.rules import Merge
from zhijia.registry.tests.reorganisations.plans import done
from zhijia.registry.tests.world import AT


@pytest.fixture
def made(committed: None) -> Fair:
    with transaction.atomic():
        there = fair(3, code="innovation_grant", key="city", budget=1_000_000)
    return there


def merged(made: Fair) -> int:
    """The unit's union is merged into the mill's; the number of that one."""
    mill = made.world.unions["mill"].pk
    assert done(made.world, Merge(unions=(made.hall.union.pk,), into=mill)).state == "done"
    return mill


def test_unions_below_that_can_nominate_are_told_once_of_a_call(made: Fair) -> None:
    told = [telling.called(at=AT, round_id=made.round.pk) for _time in range(2)]

    links = dict(Message.objects.using("bulk").filter(kind="round_called").values_list("user_id", "link"))
    unit, own = made.world.actors["factory"].user_id, made.world.actors["city"].user_id
    assert told == [len(links), 0]
    assert links[unit] == f"/work/unions/{made.world.unions['factory'].code}/rounds/{made.round.pk}/nominate/"
    assert own not in links


def test_nobody_is_told_of_a_call_that_is_over(made: Fair) -> None:
    with transaction.atomic():
        preparing.stop(actor=made.act(), at=AT, round_id=made.round.pk, reason="取消")

    assert telling.called(at=AT, round_id=made.round.pk) == 0


def test_what_waits_for_a_union_that_is_merged_goes_to_its_successor(made: Fair) -> None:
    with transaction.atomic():
        _rows, at = decided(made)
        naming.name(actor=made.act(), at=at, round_id=made.round.pk)

    mill = merged(made)

    ordered = list(Payment.objects.using("bulk").filter(source="award"))
    assert [(one.partner_id, one.state, one.payee_id) for one in ordered] == [(mill, "waiting", None)] * 2
    assert {one.payee_name for one in ordered} == {made.world.unions["mill"].name}
    last = Event.objects.using("bulk").filter(payment=ordered[0]).order_by("-pk")[0]
    assert last.happened == "followed"


def test_what_is_ordered_after_the_merger_goes_to_the_successor_at_once(made: Fair) -> None:
    with transaction.atomic():
        _rows, at = decided(made)
    mill = merged(made)

    with transaction.atomic():
        naming.name(actor=made.act(), at=at, round_id=made.round.pk)

    assert {one.partner_id for one in Payment.objects.using("bulk").filter(source="award")} == {mill}


def test_the_job_orders_what_is_due_to_a_union_whose_nominee_has_died(
    made: Fair, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as later, transaction.atomic():
        later.setattr(allowances, "order_due", lambda **_said: [])
        rows, at = decided(made)
        naming.name(actor=made.act(), at=at, round_id=made.round.pk)
        for row in rows:
            made.act("factory")
            died = {"status": "50", "valid_to": at.date()}
            Membership.objects.filter(person_id=row.person_id, valid_to=None).update(**died)

    assert allowances.work(at=at + timedelta(days=1)) == 2

    assert Payment.objects.using("bulk").filter(source="award").count() == 2


def test_the_title_of_a_union_that_was_merged_says_the_successor_and_keeps_what_it_said(
    committed: None,
) -> None:
    with transaction.atomic():
        made = fair(2, code="five_small_round", key="city", budget=1_000_000)
        at = named_result(made)
        made.act()
        award = Award.objects.get()
    factory, mill = made.hall.union.pk, merged(made)

    many = [succeeding.follow(at=at) for _twice in range(2)]

    assert many == [1, 0]
    row = Row.objects.using("bulk").get(pk=award.row_id)
    assert (row.other_union_id, row.values["union"]) == (mill, str(mill))
    assert Past.objects.using("bulk").filter(row_id=row.pk, other_union_id=factory).exists()


def named_result(made: Fair) -> datetime:
    """A small invention of a member that was chosen by a decided batch, and is named; the moment."""
    actor, union, at = made.act(), made.hall.union, CLOSED + timedelta(days=30)
    row = Nomination.objects.create(
        round=made.round, once=uuid4(), union_id=union.pk, county_id=union.stands_in, title="快换夹具", by_self=True,
        person_id=made.hall.voters[0].person_id, user_id=1, state="in", number=1, made_at=AT,
        answers={"kind": "invention", "what": "改夹具", "effect": "省时一半", "since": "2026-01-05"},
    )  # fmt: skip
    mine = Round.objects.filter(pk=made.round.pk)
    mine.update(state="batch")
    Standing.objects.create(
        nomination=row, round=made.round, union_id=made.round.union_id, county_id=made.round.county_id, rank=1,
        chosen=True, grade="first",
    )  # fmt: skip
    mine.update(state="proposed", proposed_by=actor.user_id, proposed_at=CLOSED)
    second = made.world.actors["second"].user_id
    mine.update(state="decided", decided_by=second, decided_at=CLOSED)
    RoundNotice.objects.create(
        round=made.round, union_id=made.round.union_id, county_id=made.round.county_id, where="decided", lines=[],
        hangs_from=CLOSED, hangs_until=CLOSED + timedelta(days=9),
    )  # fmt: skip
    naming.name(actor=made.act(), at=at, round_id=made.round.pk)
    return at
