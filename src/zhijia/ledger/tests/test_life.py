"""The life of one yuan: back to where it came from, forward to where it went, to the fen, as far as one may read."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zhijia.catalogue import ports
from zhijia.kernel.errors import Refusal
from zhijia.ledger.models import Leg
from zhijia.ledger.queries import life, sources
from zhijia.ledger.queries.sources import Told
from zhijia.ledger.services import books, posting, transfers, years
from zhijia.ledger.services.posting import Source
from zhijia.ledger.services.transfers import Transfer
from zhijia.ledger.tests.world import AT, DAY, SINCE, Ledger
from zhijia.registry.tests import world as registry_world

TREE = ("factory", "luyang", "city", "province")
D1, D2, D3 = date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 3)


class Chain(Ledger):
    """The books of four levels, and a treasurer over all of them."""

    def __init__(self):
        super().__init__()
        registry_world.appoint(self.world, "province", "treasurer", "all")
        for union in ("luyang", "city", "province", "couriers"):
            registry_world.appoint(self.world, union, "treasurer", f"{union}-treasurer")
            self.keep(union)

    def move(self, payer, receiver, fen, number, day=DAY, fund="own", into="own"):
        """Send and receive so much."""
        unions = self.world.unions
        transfer = Transfer(unions[payer], unions[receiver], fen, "remittance", Source("test", number))
        up = unions[payer].level > unions[receiver].level
        transfers.send(
            actor=self.world.act(f"{payer}-treasurer"), at=AT, transfer=transfer, fund=fund, day=day,
            role="due_to_upper" if up else "subsidy_expenditure",
        )  # fmt: skip
        transfers.receive(
            actor=self.world.act(f"{receiver}-treasurer"), at=AT, transfer=transfer, fund=into, day=day,
            role="contribution_income" if up else "upper_subsidy_income",
        )  # fmt: skip

    def spend(self, union, number, fen, fund="own", day=DAY):
        return self.post(
            union,
            number,
            (self.account(union, "501", fund), fen),
            (self.account(union, "102", fund), -fen),
            day=day,
        )

    def walk(self, entry, number, *, ahead, who="all"):
        actor = self.world.act(who)
        leg = Leg.objects.select_related("entry", "account").get(entry_id=entry, number=number)
        start = life.start_of(leg)
        return (life.forward if ahead else life.back)(actor, start, DAY)

    def told(self, walk):
        names = {union.pk: name for name, union in self.world.unions.items()}
        return [(stop.end, names[stop.union_id], stop.fen) for stop in walk.stops]


@pytest.fixture
def chain(db):
    return Chain()


def test_money_is_followed_up_four_levels_and_down_again(chain):
    came = chain.income("factory", "wage", 100_000, day=D1)
    chain.move("factory", "luyang", 40_000, "up-1", D1)
    chain.move("luyang", "city", 20_000, "up-2", D1)
    chain.move("city", "province", 10_000, "up-3", D1)
    chain.move("province", "couriers", 10_000, "down", D2, into="upper_subsidy")
    chain.account("couriers", "501", "upper_subsidy")
    helped = chain.spend("couriers", "aid", 7_000, "upper_subsidy")

    went = chain.walk(came, 2, ahead=True)
    back = chain.walk(helped, 1, ahead=False)

    assert chain.told(went) == [
        ("at_hand", "factory", 60_000),
        ("at_hand", "luyang", 20_000),
        ("at_hand", "city", 10_000),
        ("at_hand", "couriers", 3_000),
        ("line", "couriers", 7_000),
    ]
    assert chain.told(back) == [("line", "factory", 7_000)]
    assert [way.fen for way in back.ways] == [7_000] * 4


def test_the_first_that_came_pays_first(chain):
    chain.income("factory", "first", 100, day=D1)
    chain.income("factory", "second", 100, day=D2)
    spent = chain.spend("factory", "out", 150, day=D3)

    walk = chain.walk(spent, 1, ahead=False)

    assert [(stop.fen, stop.day) for stop in walk.stops] == [(100, D1), (50, D2)]


def test_another_fund_pays_for_nothing(chain):
    chain.income("factory", "gift", 500, fund="donation", day=D1)
    chain.income("factory", "own", 100, day=D2)
    spent = chain.spend("factory", "out", 100)

    assert [stop.day for stop in chain.walk(spent, 1, ahead=False).stops] == [D2]


def test_what_lies_beyond_ones_right_is_one_line_with_union_and_sum(chain):
    came = chain.income("factory", "wage", 1_000)
    chain.move("factory", "luyang", 400, "up")
    chain.spend("luyang", "secret", 400)

    own = chain.walk(came, 2, ahead=True, who="factory-treasurer")
    whole = chain.walk(came, 2, ahead=True)

    assert chain.told(own) == [("at_hand", "factory", 600), ("elsewhere", "luyang", 400)]
    assert ("line", "luyang", 400) in chain.told(whole)


def test_what_the_other_books_do_not_have_is_under_way(chain):
    came = chain.income("factory", "wage", 1_000)
    unions = chain.world.unions
    transfers.send(
        actor=chain.world.act("factory-treasurer"), at=AT, fund="own", role="due_to_upper", day=DAY,
        transfer=Transfer(unions["factory"], unions["luyang"], 250, "remittance", Source("test", "up")),
    )  # fmt: skip

    assert chain.told(chain.walk(came, 1, ahead=True)) == [
        ("at_hand", "factory", 750), ("under_way", "luyang", 250)
    ]  # fmt: skip


def test_what_was_taken_back_never_moved(chain):
    wrong = chain.income("factory", "wrong", 300, day=D1)
    actor = chain.world.act("factory-treasurer")
    posting.take_back(actor=actor, at=AT, entry_id=wrong, day=D2, reason="记错了")
    chain.income("factory", "right", 300, day=D2)
    spent = chain.spend("factory", "out", 200)

    chain.world.act("all")
    assert life.start_of(Leg.objects.get(entry_id=wrong, number=1)) is None
    assert [stop.day for stop in chain.walk(spent, 1, ahead=False).stops] == [D2]


def test_a_carry_over_moves_no_money(chain):
    chain.income("factory", "wage", 300, day=D1)
    later = AT.replace(year=2027, month=1, day=5)
    (number,) = years.carry_over(
        actor=chain.world.act("factory-treasurer"), at=later, union=chain.world.unions["factory"], year=2026
    )

    assert all(life.start_of(leg) is None for leg in Leg.objects.filter(entry_id=number))


def test_money_moved_between_ones_own_bank_accounts_stays_at_hand(chain):
    came = chain.income("factory", "wage", 300, day=D1)
    actor = chain.world.act("factory-treasurer")
    second = books.open_account(
        actor=actor,
        at=AT,
        union=chain.world.unions["factory"],
        code="102",
        fund="own",
        title="二户",
        day=SINCE,
    )
    chain.post("factory", "turn", (second.pk, 300), (chain.account("factory", "102"), -300), day=D2)

    assert chain.told(chain.walk(came, 2, ahead=True)) == [("at_hand", "factory", 300)]


def test_what_would_be_too_much_is_refused_politely(chain, monkeypatch):
    for number in range(5):
        came = chain.income("factory", str(number), 100)
    monkeypatch.setattr(
        "zhijia.ledger.queries.life.walking.parameters.value",
        lambda key, day: {"ledger.walk_entries": 4}.get(key, 99),
    )

    with pytest.raises(Refusal) as refused:
        chain.walk(came, 2, ahead=True)

    assert refused.value.code == "too_much_to_follow"


def test_money_that_goes_round_in_a_circle_ends_somewhere(chain):
    came = chain.income("factory", "wage", 100, day=D1)
    for turn in range(30):
        day = D1 + timedelta(turn)
        chain.move("factory", "luyang", 100, f"up-{turn}", day)
        chain.move("luyang", "factory", 100, f"down-{turn}", day)

    walk = chain.walk(came, 2, ahead=True)

    assert {stop.end for stop in walk.stops} == {"too_far"}
    assert sum(stop.fen for stop in walk.stops) == 100


def test_what_no_money_paid_yet_ends_at_the_line_it_is_booked_against(chain):
    written_down = chain.post(
        "factory",
        "depreciation",
        (chain.account("factory", "301"), 80),
        (chain.account("factory", "143"), -80),
    )

    for ahead in (False, True):
        walk = chain.walk(written_down, 1, ahead=ahead)
        assert chain.told(walk) == [("no_money", "factory", 80)]
        assert (walk.fen, walk.stops[0].number) == (80, 2)


def test_a_line_paid_in_part_is_followed_in_part(chain):
    chain.income("factory", "wage", 1_000, day=D1)
    bought = chain.post(
        "factory", "goods", (chain.account("factory", "501"), 300), (chain.account("factory", "102"), -120),
        (chain.account("factory", "221"), -180), day=D2,
    )  # fmt: skip

    goods, owed = (chain.walk(bought, number, ahead=False) for number in (1, 3))

    assert sorted(chain.told(goods)) == [("line", "factory", 120), ("no_money", "factory", 180)]
    assert chain.told(owed) == [("no_money", "factory", 180)]
    assert {stop.number for stop in owed.stops} == {1}


MOVES = st.lists(
    st.tuples(
        st.sampled_from(["income", "spend", "move", "owe", "part"]),
        st.sampled_from(TREE), st.sampled_from(TREE), st.integers(1, 10_000), st.integers(0, 60),
    ),
    max_size=25,
)  # fmt: skip


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(moves=MOVES)
def test_all_ends_together_are_what_it_began_with(chain, moves):
    with transaction.atomic():
        posted = _play(chain, moves)
        chain.world.act("all")
        for leg in Leg.objects.filter(entry_id__in=posted).select_related("account"):
            start = life.start_of(leg)
            if leg.account.code != "102":
                assert start.fen == abs(leg.amount)
            for walk in (life.back, life.forward):
                found = walk(chain.world.act("all"), start, DAY)
                assert sum(stop.fen for stop in found.stops) == start.fen == found.fen
        transaction.set_rollback(True)


def _play(chain, moves):
    """Post what can be posted; the numbers of the entries."""
    for number, (kind, here, there, fen, later) in enumerate(moves):
        day = D1 + timedelta(later)
        try:
            with transaction.atomic():
                if kind == "income":
                    chain.income(here, f"m{number}", fen, day=day)
                elif kind == "spend":
                    chain.spend(here, f"m{number}", fen, day=day)
                elif kind in {"owe", "part"}:
                    _owe(chain, here, number, fen, fen // 3 if kind == "part" else 0, day)
                elif here != there:
                    chain.move(here, there, fen, f"m{number}", day)
        except Refusal as refusal:
            if refusal.code != "account_does_not_cross_zero":
                raise
    chain.world.act("all")
    return list(Leg.objects.values_list("entry_id", flat=True).distinct())


def _owe(chain, here, number, fen, paid, day):
    """Spend so much, of which only a part is paid."""
    owed, cost = chain.account(here, "221"), chain.account(here, "501")
    bank = [(chain.account(here, "102"), -paid)] if paid else []
    chain.post(here, f"m{number}", (cost, fen), *bank, (owed, paid - fen), day=day)


def test_a_room_says_what_an_entry_was_for(chain, monkeypatch):
    monkeypatch.setitem(ports._functions, "ledger.source.test", lambda actor, ids: {ids[0]: Told("困难帮扶")})
    number = chain.income("factory", "1", 100)
    chain.world.act("all")

    assert sources.told(chain.world.actors["all"], [Leg.objects.filter(entry_id=number)[0].entry]) == {
        number: Told("困难帮扶")
    }
