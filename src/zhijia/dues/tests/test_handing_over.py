"""What a union that is taken over holds in custody goes along with its books, and is shared from there, once."""

import pytest
from django.db import transaction

from zhijia.dues import verify
from zhijia.dues.models import Contribution, Waiting
from zhijia.dues.queries import contributions
from zhijia.dues.services import distributing, identifying, receiving
from zhijia.dues.tests.world import AT, build
from zhijia.kernel.errors import Refusal
from zhijia.ledger import verify as ledger_verify
from zhijia.ledger.services import mergers
from zhijia.payments.models import Receipt
from zhijia.registry.tests import world as registry_world

NOBODY = "91340100MA2XXXX999"


@pytest.fixture
def dues(committed):
    with transaction.atomic():
        made = build()
        registry_world.appoint(made.world, "province", "treasurer", "above")
    yield made
    for check in (
        verify.received_is_shared_or_held,
        verify.splits_give_everything,
        ledger_verify.entries_balance,
        ledger_verify.balances_are_the_legs,
    ):
        assert check().differences == ()


def _hand_over(dues, into="city"):
    unions = dues.world.unions
    with transaction.atomic():
        mergers.hand_over(
            actor=dues.world.act("above"), at=AT, union=unions["luyang"], into=unions[into], day=AT.date()
        )


def _listed(dues, union, only="waiting"):
    with transaction.atomic():
        dues.world.act("above")
        page = contributions.of_union(dues.world.unions[union], only=only, rows=10)
    return [one.pk for one in page.rows]


def test_what_waits_is_shared_by_the_union_that_took_over(dues):
    (came,) = dues.take(dues.line("factory", "1600.00"))

    _hand_over(dues)

    assert (dues.balance("luyang", "231"), dues.balance("city", "231")) == (0, 1600_00)
    assert (_listed(dues, "luyang"), _listed(dues, "city")) == ([], [came.pk])
    with pytest.raises(Refusal) as refused, transaction.atomic():
        distributing.ask(actor=dues.world.act("above"), at=AT, union=dues.world.unions["luyang"])
    assert refused.value.code == "nothing_to_share"

    run = dues.share("city")

    assert (run.state, run.many, run.amount) == ("done", 1, 1600_00)
    assert (dues.balance("luyang", "231"), dues.balance("city", "231")) == (0, 0)
    assert dues.balance("city", "202", "factory") == 960_00


def test_what_nobody_knows_the_payer_of_goes_along_and_is_still_found(dues):
    (came,) = dues.take(dues.line(NOBODY, "700.00"))

    _hand_over(dues)
    assert _listed(dues, "city", "unknown") == [came.pk]
    with transaction.atomic():
        identifying.identify(
            actor=dues.world.act("above"),
            at=AT,
            contribution_id=came.pk,
            employer=dues.employers["factory"],
        )

    assert dues.share("city").amount == 700_00


def test_what_goes_back_to_the_payer_goes_back_from_where_it_lies(dues):
    (came,) = dues.take(dues.line("factory", "1600.00"))
    _hand_over(dues)
    receipt = Receipt(pk=1, union_id=came.union_id)

    with transaction.atomic():
        dues.world.act("above")
        made = Contribution(
            source="transfer", source_id="1", union_id=came.union_id, county_id=came.county_id, since=202610,
            until=202610, amount=5, paid_on=AT.date(), taken_at=AT,
        )  # fmt: skip
        made.save(force_insert=True)
        Waiting.objects.create(
            contribution=made, union_id=dues.world.unions["city"].pk, county_id=dues.world.unions["city"].pk
        )
        with pytest.raises(Refusal) as refused:
            receiving.goes_back(receipt=receipt)
        transaction.set_rollback(True)

    assert refused.value.code == "handed_over"


def test_what_was_shared_before_stays_where_it_was(dues):
    (came,) = dues.take(dues.line("factory", "1600.00"))
    dues.share()

    with pytest.raises(Refusal) as refused:
        _hand_over(dues)

    assert refused.value.code == "settle_first"
    assert _listed(dues, "city") == []
    assert came.pk in _listed(dues, "luyang", "")


def test_what_was_refused_leaves_everything_where_it_was(dues):
    dues.take(dues.line("factory", "1600.00"))
    dues.share()
    (later,) = dues.take(dues.line("couriers", "100.00"))

    with pytest.raises(Refusal):
        _hand_over(dues)

    assert _listed(dues, "luyang") == [later.pk]
