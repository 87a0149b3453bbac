"""A union an entry was named for is merged into another before the money went: the one that took it over is paid."""

from datetime import timedelta

import pytest
from django.db import transaction

from zhijia.appraisals.services.rounds import allowances, naming
from zhijia.appraisals.tests.rounds.test_money import decided
from zhijia.appraisals.tests.rounds.world import Fair, fair
from zhijia.payments.models import Event, Payment
from zhijia.registry.models import Membership
from zhijia.registry.services.reorganisations.rules import Merge
from zhijia.registry.tests.reorganisations.plans import done


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
