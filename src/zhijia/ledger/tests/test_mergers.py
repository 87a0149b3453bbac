"""A union that is taken over leaves nothing in its books, and the money is followed into those of the other."""

from datetime import date

import pytest

from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.ledger import reorganising
from zhijia.ledger.models import Account
from zhijia.ledger.queries import statements
from zhijia.ledger.queries.sums import Scope
from zhijia.ledger.services import mergers
from zhijia.ledger.tests.test_life import D1, Chain
from zhijia.ledger.tests.world import AT, DAY


@pytest.fixture
def chain(db):
    made = Chain()
    made.income("factory", "wage", 10_000, day=D1)
    made.income("factory", "gift", 700, fund="donation", day=D1)
    return made


def _hand_over(chain, who="all", union="factory", into="couriers", day=DAY):
    unions = chain.world.unions
    return mergers.hand_over(
        actor=chain.world.act(who), at=AT, union=unions[union], into=unions[into], day=day
    )


def test_every_balance_goes_over_fund_by_fund(chain):
    chain.spend("factory", "fair", 2_000)

    _hand_over(chain)

    unions = chain.world.unions
    assert not Account.objects.filter(union_id=unions["factory"].pk).exclude(balance=0).exists()
    taken = Account.objects.filter(union_id=unions["couriers"].pk).exclude(balance=0)
    assert set(taken.values_list("code", "fund", "balance")) == {
        ("102", "own", 8_000), ("322", "own", -8_000), ("102", "donation", 700), ("322", "donation", -700)
    }  # fmt: skip


def test_the_year_of_both_keeps_its_result(chain):
    _hand_over(chain)

    actor = chain.world.act("all")
    for union, income in (("factory", 10_700), ("couriers", 0)):
        found = statements.result(
            actor=actor, scope=Scope(chain.world.unions[union]), since=date(2026, 1, 1), until=DAY
        )
        assert found.income.fen == income


def test_money_is_followed_into_the_other_books(chain):
    came = chain.income("factory", "late", 500)
    _hand_over(chain)
    spent = chain.spend("couriers", "fair", 10_200)

    assert ("at_hand", "couriers", 300) in chain.told(chain.walk(came, 2, ahead=True))
    assert [stop[1] for stop in chain.told(chain.walk(spent, 1, ahead=False))] == ["factory", "factory"]


def test_what_is_handed_over_already_is_not_handed_over_again(chain):
    assert _hand_over(chain)
    assert _hand_over(chain) is None


def test_what_one_owes_the_other_is_settled_first(chain):
    chain.move("factory", "couriers", 100, "lent")

    with pytest.raises(Refusal) as refused:
        _hand_over(chain)

    assert refused.value.code == "settle_first"


def test_nothing_is_handed_over_before_the_last_entry(chain):
    with pytest.raises(Refusal) as refused:
        _hand_over(chain, day=date(2026, 2, 1))

    assert refused.value.code == "day_does_not_fit"


@pytest.mark.parametrize("who", ["factory-treasurer", "couriers-treasurer", "luyang", "founder"])
def test_it_takes_the_right_over_both(chain, who):
    with pytest.raises(NotForYou):
        _hand_over(chain, who=who)


def test_a_reorganisation_is_told_of_the_money(chain):
    chain.world.act("all")
    unions = [chain.world.unions[name] for name in ("factory", "couriers")]

    (said,) = reorganising.said(unions=unions, day=DAY)

    assert "107.00" in said


def test_what_was_all_spent_leaves_nothing_to_take_over(db):
    chain = Chain()
    chain.income("factory", "wage", 10_000, day=D1)
    chain.spend("factory", "fair", 10_000)

    out, received = _hand_over(chain)

    assert out
    assert received is None
    assert not Account.objects.filter(union_id=chain.world.unions["factory"].pk).exclude(balance=0).exists()
    assert not Account.objects.filter(union_id=chain.world.unions["couriers"].pk).exclude(balance=0).exists()
