"""From the tax office's file to the books of every union: whole, once, to the fen; taken back by its opposite."""

from datetime import date

import pytest
from django.db import IntegrityError, connections, transaction
from django.urls import reverse

from zhijia.dues import verify
from zhijia.dues.models import CollectionFile, Contribution, Distribution, Split, Waiting
from zhijia.dues.services import collecting, distributing, identifying, reversing
from zhijia.dues.tests.world import AT, build
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.ledger import verify as ledger_verify
from zhijia.ledger.models import Entry
from zhijia.ledger.queries import sources
from zhijia.ledger.services import books


@pytest.fixture
def dues(committed):
    with transaction.atomic():
        made = build()
    return made


@pytest.fixture
def proved():
    """After the test everything that was received is shared or held, in the books too."""
    yield
    for check in (
        verify.received_is_shared_or_held,
        verify.splits_give_everything,
        ledger_verify.entries_balance,
        ledger_verify.balances_are_the_legs,
    ):
        assert check().differences == ()


def test_what_came_in_is_shared_to_the_fen_in_the_books_of_every_union(dues, proved):
    (came,) = dues.take(dues.line("factory", "1600.01"))
    assert dues.balance("luyang", "231") == 1600_01

    run = dues.share()

    with transaction.atomic():
        entries = Entry.objects.filter(source__startswith="dues_", union_id=came.union_id).order_by("pk")
        told = sources.told(dues.world.act("luyang-treasurer"), entries)
    assert {said.address for said in told.values()} == {
        reverse("dues:contribution", args=[came.pk]),
        reverse("dues:run", args=[run.pk]),
    }
    split = dues.split_of(came)
    assert (run.state, run.many, run.amount) == ("done", 1, 1600_01)
    assert (split.grassroots, split.county, split.city, split.province, split.national) == (
        *(960_01, 240_00, 80_00, 240_00, 80_00),
    )
    assert dues.balance("luyang", "102") == 1600_01
    assert dues.balance("luyang", "231") == 0
    assert dues.balance("luyang", "402") == 240_00
    assert dues.balance("luyang", "202", "factory") == dues.balance("factory", "111", "luyang") == 960_01
    assert dues.balance("luyang", "201", "city") == dues.balance("city", "112", "luyang") == 80_00
    assert dues.balance("factory", "402") == 960_01
    assert dues.balance("province", "402") == 240_00
    assert dues.balance("luyang", "221") == 80_00  # nobody of the nation is in this register


def test_the_share_of_a_union_without_books_is_owed_to_it(dues, proved):
    dues.take(dues.line("couriers", "1000.00"))

    dues.share()

    assert dues.balance("luyang", "202", "couriers") == 600_00
    assert dues.balance("couriers", "402") == 0


def test_a_run_shares_everything_that_waits_and_a_second_nothing_twice(dues, proved):
    dues.take(
        dues.line("factory", "100.00"),
        dues.line("couriers", "0.01"),
        dues.line("factory", "7.77", day="2026-11-13"),
    )

    run, again = dues.share(), dues.share()

    assert (run.many, run.amount) == (3, 107_78)
    assert (again.state, again.many, again.amount) == ("done", 0, 0)
    assert Split.objects.using("bulk").count() == 3


def test_a_run_delivered_twice_is_done_once(dues, proved):
    dues.take(dues.line())
    run = dues.share()

    distributing.work(at=AT, distribution_id=run.pk)

    assert Split.objects.using("bulk").count() == 1


def test_a_run_that_fails_leaves_nothing_and_says_why(dues):
    dues.take(dues.line("mill", "50.00"), union="city")
    dues.take(dues.line("factory", "50.00"))
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE dues_split ADD CONSTRAINT broken CHECK (amount <> 5000)")
    try:
        with pytest.raises(IntegrityError):
            dues.share()
    finally:
        with connections["owner"].cursor() as cursor:
            cursor.execute("ALTER TABLE dues_split DROP CONSTRAINT broken")

    assert Distribution.objects.using("bulk").get().state == "waiting"
    assert Waiting.objects.using("bulk").count() == 2
    assert verify.received_is_shared_or_held().differences == ()


def test_money_of_a_payer_nobody_knows_is_held_until_it_is_found_out(dues, proved):
    (came,) = dues.take(dues.line("91340103MA2XXXX099", "88.00"))
    assert dues.share().many == 0
    assert dues.balance("luyang", "231") == 88_00

    with transaction.atomic():
        identifying.identify(
            actor=dues.world.act("luyang-treasurer"),
            at=AT,
            contribution_id=came.pk,
            employer=dues.employers["factory"],
        )

    assert dues.share().many == 1
    assert dues.balance("factory", "402") == 52_80


def test_an_employer_of_another_county_is_not_the_payer(dues):
    (came,) = dues.take(dues.line("91340103MA2XXXX099", "88.00"))

    with pytest.raises(Refusal) as refused, transaction.atomic():
        identifying.identify(
            actor=dues.world.act("luyang-treasurer"),
            at=AT,
            contribution_id=came.pk,
            employer=dues.employers["mill"],
        )

    assert refused.value.code == "not_covered"


def test_a_split_is_taken_back_by_its_opposite_once_and_shared_anew(dues, proved):
    (came,) = dues.take(dues.line("factory", "1600.01"))
    dues.share()

    with transaction.atomic():
        reversing.take_back(
            actor=dues.world.act("luyang-treasurer"), at=AT, contribution_id=came.pk, reason="wrong payer"
        )

    assert dues.balance("luyang", "231") == 1600_01
    assert [dues.balance(name, "402") for name in ("factory", "luyang", "city", "province")] == [0, 0, 0, 0]
    with pytest.raises(Refusal) as refused, transaction.atomic():
        reversing.take_back(
            actor=dues.world.act("luyang-treasurer"), at=AT, contribution_id=came.pk, reason="again"
        )
    assert refused.value.code == "not_shared"
    assert dues.share().many == 1
    assert dues.balance("factory", "402") == 960_01


@pytest.mark.parametrize("who", ["factory-treasurer", "mill-treasurer", "luyang"])
def test_only_who_shares_there_takes_back(dues, who):
    (came,) = dues.take(dues.line())
    dues.share()

    with pytest.raises(NotForYou), transaction.atomic():
        reversing.take_back(actor=dues.world.act(who), at=AT, contribution_id=came.pk, reason="no")


def test_a_split_that_does_not_give_everything_is_refused(dues):
    (came,) = dues.take(dues.line())
    dues.share()
    split = dues.split_of(came)
    split.pk, split.reverses_id, split.amount = None, None, split.amount + 1

    with pytest.raises(IntegrityError, match="split_gives_everything"), transaction.atomic(using="bulk"):
        split.save(using="bulk", force_insert=True)


class TestFile:
    """Lines that cannot be taken are said with their reason, and nothing is taken twice."""

    @pytest.mark.parametrize(
        ("line", "problem"),
        [
            ("x,,2026-10,2026-10,1,10.00,2026-11-12", "code_wrong"),
            ("91340103MA2XXXX011,,2026-13,2026-10,1,10.00,2026-11-12", "months_wrong"),
            ("91340103MA2XXXX011,,2026-10,2026-09,1,10.00,2026-11-12", "months_wrong"),
            ("91340103MA2XXXX011,,2026-10,2026-10,1,10.005,2026-11-12", "amount_wrong"),
            ("91340103MA2XXXX011,,2026-10,2026-10,1,-10,2026-11-12", "amount_wrong"),
            ("91340103MA2XXXX011,,2026-10,2026-10,1,10.00,2026-11-31", "day_wrong"),
            ("91340103MA2XXXX011,,2026-10,2026-10,1,10.00,2027-01-01", "day_wrong"),
            ("91340103MA2XXXX011,,2026年7月,202609,,10,20261112", ""),
        ],
    )
    def test_a_line_says_why_it_cannot_be_taken(self, dues, line, problem):
        file = dues.check(line)

        assert [found.problem for found in file.lines.using("bulk")] == [problem]

    def test_the_same_line_twice_is_taken_once(self, dues, proved):
        first = dues.take(dues.line(), dues.line())
        again = dues.take(dues.line(), dues.line("couriers"))

        assert [len(first), len(again)] == [1, 1]
        assert Contribution.objects.using("bulk").count() == 2

    def test_the_same_file_is_taken_once(self, dues):
        dues.check(dues.line())

        with pytest.raises(Refusal) as refused:
            dues.check(dues.line())

        assert refused.value.code == "sent_before"

    def test_a_file_confirmed_and_delivered_twice_is_taken_once(self, dues, proved):
        dues.take(dues.line())
        file_id = Contribution.objects.using("bulk").get().source_id.split("-")[0]

        assert collecting.take(at=AT, file_id=int(file_id)) == 0
        assert dues.balance("luyang", "231") == 1600_00

    def test_a_line_in_two_files_that_waited_side_by_side_is_taken_once(self, dues, proved):
        files = [dues.check(dues.line()), dues.check(dues.line(), dues.line("mill", "500.00"))]
        with transaction.atomic():
            for file in files:
                actor = dues.world.act("luyang-treasurer")
                collecting.confirm(actor=actor, at=AT, file_id=file.pk)

        taken = [collecting.take(at=AT, file_id=file.pk) for file in [*files, *files]]

        assert taken == [1, 1, 0, 0]
        assert dues.balance("luyang", "231") == 2100_00
        second = CollectionFile.objects.using("bulk").get(pk=files[1].pk)
        assert (second.good_count, second.amount) == (1, 500_00)

    def test_a_file_that_is_late_opens_no_closed_day(self, dues, proved):
        with transaction.atomic():
            actor = dues.world.act("luyang-treasurer")
            books.close_through(actor=actor, at=AT, union=dues.world.unions["luyang"], day=date(2026, 10, 31))

        dues.take(dues.line(day="2026-09-30"))

        with connections["bulk"].cursor() as cursor:
            cursor.execute("SELECT day FROM ledger_entry WHERE source = 'dues_contribution'")
            assert cursor.fetchone() == (date(2026, 11, 1),)
