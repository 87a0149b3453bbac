"""Money from one union to another: an entry in the books of each, once, for one sum, in a fund it may arrive in."""

import threading
from dataclasses import replace
from datetime import date
from uuid import uuid4

import numpy as np
import pytest
from django.db import IntegrityError, connections, transaction

from zhijia.kernel.context import acting
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.ledger import rules
from zhijia.ledger.models import Account, Entry
from zhijia.ledger.services import accounts, books, bulk, posting, transfers
from zhijia.ledger.services.posting import Source
from zhijia.ledger.services.transfers import Moves, Transfer
from zhijia.ledger.tests.world import AT, DAY, SINCE, build


@pytest.fixture
def ledger(db):
    made = build()
    made.income("factory", "money", 100_000)
    return made


def _transfer(ledger, amount=40_000, number="1", payer="factory", receiver="mill"):
    unions = ledger.world.unions
    return Transfer(unions[payer], unions[receiver], amount, "remittance", Source("test", number))


def _send(ledger, transfer, *, fund="own", role="due_to_upper", day=DAY, who="factory-treasurer"):
    return transfers.send(
        actor=ledger.world.act(who), at=AT, transfer=transfer, fund=fund, role=role, day=day
    )


def _receive(ledger, transfer, *, fund="own", role="contribution_income", day=DAY, who="mill-treasurer"):
    return transfers.receive(
        actor=ledger.world.act(who), at=AT, transfer=transfer, fund=fund, role=role, day=day
    )


def _balance(ledger, union, code, partner=None):
    ledger.world.act(f"{union}-treasurer")
    unions = ledger.world.unions
    partner_id = unions[partner].pk if partner else None
    return Account.objects.get(
        union_id=unions[union].pk, code=code, fund="own", partner_id=partner_id
    ).balance


def test_a_transfer_is_an_entry_in_the_books_of_each(ledger):
    transfer = _transfer(ledger)

    _send(ledger, transfer)
    _receive(ledger, transfer)

    assert _balance(ledger, "factory", "102") == 60_000
    assert _balance(ledger, "factory", "201", "mill") == 40_000
    assert _balance(ledger, "mill", "102") == 40_000
    assert _balance(ledger, "mill", "402", "factory") == -40_000
    ledger.world.act("mill-treasurer")
    assert Entry.objects.get(kind="remittance").purpose == f"in:{ledger.world.unions['factory'].pk}"


def test_each_side_is_posted_once(ledger):
    transfer = _transfer(ledger)

    assert _send(ledger, transfer) == _send(ledger, transfer)
    assert _receive(ledger, transfer) == _receive(ledger, transfer)
    assert _balance(ledger, "mill", "102") == 40_000


@pytest.mark.parametrize(
    ("change", "where", "code"),
    [
        ({"amount": 40_001}, {}, "transfer_differs"),
        ({}, {"fund": "donation"}, "fund_goes_along"),
        ({}, {"day": date(2026, 11, 18)}, "arrives_before_sent"),
    ],
)
def test_what_arrives_is_what_was_sent(ledger, change, where, code):
    _send(ledger, _transfer(ledger), day=date(2026, 11, 20))

    with pytest.raises(Refusal) as refused:
        _receive(ledger, replace(_transfer(ledger), **change), **where)

    assert refused.value.code == code
    assert not Entry.objects.filter(kind="remittance").exists()


def test_what_is_sent_is_what_arrived(ledger):
    _receive(ledger, _transfer(ledger))

    with pytest.raises(Refusal) as refused:
        _send(ledger, _transfer(ledger, amount=1))

    assert refused.value.code == "transfer_differs"


def test_what_was_taken_back_stands_in_nobodys_way(ledger):
    number = _send(ledger, _transfer(ledger))
    posting.take_back(
        actor=ledger.world.act("factory-treasurer"), at=AT, entry_id=number, day=DAY, reason="退回"
    )

    assert _receive(ledger, _transfer(ledger, amount=5))


@pytest.mark.parametrize(
    ("sent", "arrived", "earmarked", "group", "may"),
    [
        ("own", "own", False, "own", True),
        ("own", "upper_subsidy", False, "subsidy", True),
        ("own", "special", False, "special", True),
        ("own", "donation", False, "donation", False),
        ("own", "mutual_aid", False, "mutual_aid", False),
        ("hardship_central", "hardship_central", True, "special", True),
        ("hardship_central", "own", True, "own", False),
        ("hardship_central", "special", True, "special", False),
        ("donation", "own", True, "own", False),
    ],
)
def test_money_kept_for_a_purpose_arrives_in_its_fund(sent, arrived, earmarked, group, may):
    assert rules.may_arrive(sent, arrived, earmarked=earmarked, group=group) is may


@pytest.mark.parametrize("side", ["factory", "mill"])
def test_closed_days_of_one_side_stop_that_side_alone(ledger, side):
    transfer, day = _transfer(ledger), date(2026, 10, 31)
    ledger.income("factory", "earlier", 100_000, day=SINCE)
    union = ledger.world.unions[side]
    books.close_through(actor=ledger.world.act(f"{side}-treasurer"), at=AT, union=union, day=day)
    stopped, goes = (_send, _receive) if side == "factory" else (_receive, _send)

    with pytest.raises(Refusal) as refused:
        stopped(ledger, transfer, day=day)

    assert refused.value.code == "leg_falls_on_an_open_day"
    assert goes(ledger, transfer, day=day)


def test_a_union_without_books_is_a_partner_all_the_same(ledger):
    transfer = _transfer(ledger, receiver="couriers")

    _send(ledger, transfer)

    assert _balance(ledger, "factory", "201", "couriers") == 40_000


@pytest.mark.parametrize("who", ["mill-treasurer", "factory", "luyang", "founder"])
def test_nobody_else_sends_a_unions_money(ledger, who):
    with pytest.raises(NotForYou):
        _send(ledger, _transfer(ledger), who=who)


@pytest.mark.parametrize("who", ["factory-treasurer", "mill", "shushan", "founder"])
def test_nobody_else_receives_for_a_union(ledger, who):
    with pytest.raises(NotForYou):
        _receive(ledger, _transfer(ledger), who=who)


@pytest.mark.parametrize(
    ("change", "code"), [({"amount": 0}, "nothing_to_transfer"), ({"amount": -1}, "nothing_to_transfer")]
)
def test_nothing_is_no_transfer(ledger, change, code):
    with pytest.raises(Refusal) as refused:
        _send(ledger, replace(_transfer(ledger), **change))

    assert refused.value.code == code


def test_money_does_not_go_from_a_union_to_itself(ledger):
    with pytest.raises(Refusal) as refused:
        _send(ledger, _transfer(ledger, receiver="factory"))

    assert refused.value.code == "same_union"


def test_more_than_there_is_is_not_sent(ledger):
    with pytest.raises(Refusal) as refused:
        _send(ledger, _transfer(ledger, amount=100_001))

    assert refused.value.code == "account_does_not_cross_zero"


def test_a_role_the_chart_does_not_have_is_refused(ledger):
    with pytest.raises(Refusal) as refused:
        _send(ledger, _transfer(ledger), role="nothing_like_it")

    assert refused.value.code == "no_such_account"


def _moves(ledger, amounts, receivers):
    unions = ledger.world.unions
    payers = np.full(len(amounts), unions["factory"].pk)
    others = np.array([unions[name].pk for name in receivers])
    day = np.full(len(amounts), np.datetime64(DAY))
    return Moves(
        payers=payers,
        receivers=others,
        payer_counties=np.full(len(amounts), unions["factory"].stands_in),
        receiver_counties=np.array([unions[name].stands_in for name in receivers]),
        days=day,
        amounts=np.array(amounts),
        source_ids=[f"row-{number}" for number in range(len(amounts))],
        paid_on=accounts.for_many(unions=payers, role="due_to_upper", fund="own", day=DAY, partners=others),
        paid_from=accounts.for_many(unions=payers, role="bank", fund="own", day=DAY),
        got_into=accounts.for_many(unions=others, role="bank", fund="own", day=DAY),
        got_on=accounts.for_many(
            unions=others, role="contribution_income", fund="own", day=DAY, partners=payers
        ),
    )


@pytest.fixture
def rich(committed):
    with transaction.atomic():
        made = build()
        made.income("factory", "money", 100_000)
    return made


def _kept(ledger, union, code, partner=None):
    unions = ledger.world.unions
    accounts_kept = Account.objects.using("bulk").filter(union_id=unions[union].pk, code=code, fund="own")
    return accounts_kept.get(partner_id=unions[partner].pk if partner else None).balance


def _post_all(moves):
    with transaction.atomic(using="bulk"):
        return sum(
            bulk.post_many(side, at=AT, run_id=uuid4())
            for side in transfers.pairs(moves, kind="remittance", source="bench")
        )


def test_many_transfers_are_the_same_entries(rich):
    with transaction.atomic(using="bulk"):
        moves = _moves(rich, [1_000, 2_500, 30], ["mill", "mill", "couriers"])
    posted = _post_all(moves)

    assert posted == 5
    assert _kept(rich, "factory", "102") == 100_000 - 3_530
    assert _kept(rich, "factory", "201", "mill") == 3_500
    assert _kept(rich, "factory", "201", "couriers") == 30
    assert _kept(rich, "mill", "402", "factory") == -3_500
    got = Entry.objects.using("bulk").filter(kind="remittance", union_id=rich.world.unions["mill"].pk)
    assert set(got.values_list("purpose", "source_id")) == {
        (f"in:{rich.world.unions['factory'].pk}", "row-0"),
        (f"in:{rich.world.unions['factory'].pk}", "row-1"),
    }


def test_many_transfers_are_posted_once_or_not_at_all(rich):
    with transaction.atomic(using="bulk"):
        moves = _moves(rich, [1_000], ["mill"])
    _post_all(moves)

    with pytest.raises(IntegrityError, match="entry_once_per_source"):
        _post_all(moves)

    assert _kept(rich, "factory", "102") == 99_000


def test_accounts_of_many_unions_are_opened_once(rich):
    unions = [rich.world.unions[name].pk for name in ("factory", "mill", "couriers", "factory")]

    with transaction.atomic(using="bulk"):
        first = accounts.for_many(unions=unions, role="dues_income", fund="own", day=DAY)
    with transaction.atomic(using="bulk"):
        again = accounts.for_many(unions=unions, role="dues_income", fund="own", day=DAY)

    assert first.tolist() == again.tolist()
    assert first[0] == first[3] != first[1]
    assert first[2] == 0


def test_two_sides_that_post_at_once_say_the_same(rich):
    """Each side names another sum: whoever comes second is refused."""
    done, refused = [], []

    def go(act, transfer, who, role):
        try:
            with acting(rich.world.actors[who]) as actor:
                act(actor=actor, at=AT, transfer=transfer, fund="own", role=role, day=DAY)
            done.append(who)
        except Refusal as refusal:
            refused.append(refusal.code)
        finally:
            connections.close_all()

    threads = [
        threading.Thread(
            target=go, args=(transfers.send, _transfer(rich, 700), "factory-treasurer", "due_to_upper")
        ),
        threading.Thread(
            target=go, args=(transfers.receive, _transfer(rich, 800), "mill-treasurer", "contribution_income")
        ),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(done) == 1
    assert refused == ["transfer_differs"]
