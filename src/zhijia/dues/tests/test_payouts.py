"""A pot shared to the fen and refunds of small payers: once, by two people, each line a payment."""

from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from zhijia.accounts.models import User
from zhijia.dues.models import Payout, PayoutLine
from zhijia.dues.services import payouts
from zhijia.dues.services.payouts import Weights
from zhijia.dues.tests.world import AT, build
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.payments.models import Payment
from zhijia.payments.services import bank_accounts
from zhijia.registry.models import Union
from zhijia.registry.tests.world import found


@pytest.fixture
def dues(committed):
    with transaction.atomic():
        made = build()
        for place, staff in enumerate((100, 50, 0), start=1):
            found(
                made.world,
                f"town-{place}",
                "luyang",
                f"镇{place}",
                type="10",
                level=Union.Level.TOWNSHIP,
                staff_count=staff,
            )
        made.world.act("luyang")
    return made


def _subsidy(dues, pot=100_00, weights=Weights(staff=1), who="luyang-treasurer"):  # noqa: B008
    with transaction.atomic():
        return payouts.prepare_subsidy(
            actor=dues.world.act(who),
            at=AT,
            union=dues.world.unions["luyang"],
            title="乡镇工会补助",
            year=2026,
            pot=pot,
            weights=weights,
        )


def _decide(dues, payout, who="luyang"):
    with transaction.atomic():
        return payouts.decide(actor=dues.world.act(who), at=AT, payout_id=payout.pk)


@pytest.mark.parametrize(
    ("weights", "amounts"),
    [
        (Weights(staff=1), [66_67, 33_33]),
        (Weights(each=1), [33_34, 33_33, 33_33]),
        (Weights(each=50, staff=1), [50_00, 33_33, 16_67]),
    ],
)
def test_a_pot_is_shared_by_weights_to_the_fen(dues, weights, amounts):
    payout = _subsidy(dues, weights=weights)

    assert list(payout.lines.using("bulk").order_by("pk").values_list("amount", flat=True)) == amounts
    assert payout.amount == 100_00


@pytest.mark.parametrize(
    ("pot", "weights", "code"), [(0, Weights(each=1), "pot_empty"), (1, Weights(), "nobody_weighs")]
)
def test_a_pot_without_money_or_weight_is_refused(dues, pot, weights, code):
    with pytest.raises(Refusal) as refused:
        _subsidy(dues, pot, weights)

    assert refused.value.code == code


def _account(dues, name):
    """An account of the union at a bank."""
    with transaction.atomic():
        union = dues.world.unions.get(name) or Union.objects.get(name=name)
        own = f"{name}-treasurer"  # of those without one the county keeps the money
        bank_accounts.open_one(
            actor=dues.world.act(own if own in dues.world.actors else "luyang-treasurer"),
            at=AT,
            union=union,
            bank="工商银行",
            holder=union.name,
            number=f"62220000{union.pk:08d}",
            channel="csv",
        )


def test_what_one_prepared_another_decides_once_and_it_is_paid_where_an_account_is_known(dues):
    payout = _subsidy(dues)
    _account(dues, "镇1")

    _decide(dues, payout)
    _decide(dues, payout)
    waiting = Payment.objects.using("bulk").filter(source="dues_payout")
    assert [(one.amount, one.state) for one in waiting] == [(66_67, "waiting")]

    _account(dues, "镇2")
    _decide(dues, payout)
    assert sorted(one.amount for one in waiting.all()) == [33_33, 66_67]


@pytest.mark.parametrize("who", ["luyang-treasurer", "shushan", "factory-treasurer"])
def test_nobody_else_decides(dues, who):
    payout = _subsidy(dues)

    with pytest.raises(NotForYou):
        _decide(dues, payout, who)

    assert not Payment.objects.using("bulk").exists()


def test_the_database_keeps_that_two_decide(dues):
    payout = _subsidy(dues)

    rows = Payout.objects.using("bulk").filter(pk=payout.pk)

    with pytest.raises(IntegrityError, match="payout_is_decided_by_a_second_person"):
        rows.update(state="decided", decided_by=payout.made_by)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE dues_payout_line SET amount = 1",
        "UPDATE dues_payout_line SET open = false",
        "UPDATE dues_payout_line SET payment_id = NULL",
        "DELETE FROM dues_payout_line",
        "UPDATE dues_payout SET state = 'draft'",
        "UPDATE dues_payout SET made_by = 1",
    ],
)
def test_what_was_decided_and_paid_stands(dues, statement):
    payout = _subsidy(dues, weights=Weights(each=1))
    for name in ("镇1", "镇2", "镇3"):
        _account(dues, name)
    _decide(dues, payout)

    with transaction.atomic(), connection.cursor() as cursor:
        dues.world.act("luyang")
        with pytest.raises(DatabaseError), transaction.atomic():
            cursor.execute(statement)


def test_nobody_decides_in_the_name_of_another(dues):
    _subsidy(dues)
    actor = dues.world.actors["luyang"]

    with transaction.atomic(), connection.cursor() as cursor:
        dues.world.act("luyang-treasurer")
        with pytest.raises(DatabaseError), transaction.atomic():
            cursor.execute("UPDATE dues_payout SET state = 'decided', decided_by = %s", [actor.user_id])


def _refund(dues, year=2024, who="luyang-treasurer"):
    with transaction.atomic():
        return payouts.prepare_refund(
            actor=dues.world.act(who), at=AT, union=dues.world.unions["luyang"], year=year
        )


def _asked(dues, payout):
    with transaction.atomic():
        actor = dues.world.act("luyang-treasurer")
        for line in payout.lines.all():
            payouts.apply(actor=actor, at=AT, line_id=line.pk, day=date(2025, 1, 20))


class TestRefund:
    """The whole year's remittance upward decides; once a year; who has to ask is paid when they asked."""

    @pytest.fixture(autouse=True)
    def _year(self, dues):
        dues.take(
            dues.line("factory", "20000.00", day="2024-05-01"),
            dues.line("factory", "5000.00", day="2024-06-01"),
            dues.line("couriers", "24999.97", day="2024-05-02"),
            dues.line("couriers", "1.00", day="2025-01-01"),
        )
        dues.share()

    def test_who_remitted_less_in_the_whole_year_gets_it_back(self, dues):
        payout = _refund(dues)

        line = payout.lines.using("bulk").get()
        assert line.other_union_id == dues.world.unions["couriers"].pk
        assert (line.amount, line.basis) == (9999_99, {"remitted": 9999_99})

    def test_only_who_asked_is_paid(self, dues):
        payout = _refund(dues)
        with pytest.raises(Refusal) as refused:
            _decide(dues, payout)
        _asked(dues, payout)
        _account(dues, "couriers")

        _decide(dues, payout)

        assert refused.value.code == "nobody_asked"
        assert Payment.objects.using("bulk").get().amount == 9999_99

    def test_a_year_is_given_back_once(self, dues):
        payout = _refund(dues)

        with pytest.raises(Refusal) as again:
            _refund(dues)
        with transaction.atomic():
            payouts.discard(actor=dues.world.act("luyang-treasurer"), at=AT, payout_id=payout.pk)
        anew = _refund(dues)

        assert again.value.code == "nobody_gets_it"
        assert anew.lines_count == 1
        assert PayoutLine.objects.using("bulk").filter(open=True).count() == 1

    @pytest.mark.parametrize(
        ("year", "code"), [(2026, "year_not_over"), (2025, "parameter_missing"), (2022, "parameter_missing")]
    )
    def test_a_year_that_is_not_over_or_nobody_decided_about_is_refused(self, dues, year, code):
        with pytest.raises(Refusal) as refused:
            _refund(dues, year)

        assert refused.value.code == code


class TestPages:
    """The list on pages: prepared by the treasurer, decided by the county, found by nobody else."""

    def client(self, dues, who):
        client = Client()
        with transaction.atomic():
            client.force_login(User.objects.get(pk=dues.world.actors[who].user_id))
        return client

    def test_a_subsidy_is_prepared_and_decided_on_pages(self, dues):
        code = dues.world.unions["luyang"].code
        typed = {"title": "补助", "year": "2026", "yuan": "100", "each": "0", "members": "0", "staff": "1"}
        answer = self.client(dues, "luyang-treasurer").post(reverse("dues:subsidy", args=[code]), typed)
        made = Payout.objects.using("bulk").get()
        _account(dues, "镇1")

        assert answer.headers["Location"] == reverse("dues:payout", args=[made.pk])
        self.client(dues, "luyang").post(reverse("dues:decide_payout", args=[made.pk]), {"answer": "decide"})
        assert Payment.objects.using("bulk").get().amount == 66_67
        page = self.client(dues, "luyang").get(reverse("dues:payout", args=[made.pk]))
        assert page.status_code == 200

    @pytest.mark.parametrize(
        ("who", "status"), [("luyang", 200), ("shushan", 404), ("factory-treasurer", 404)]
    )
    def test_a_list_is_opened_by_who_has_a_right_there(self, dues, who, status):
        made = _subsidy(dues)
        code = dues.world.unions["luyang"].code

        for address in (reverse("dues:payout", args=[made.pk]), reverse("dues:payouts", args=[code])):
            assert self.client(dues, who).get(address).status_code == status

    def test_what_cannot_be_prepared_says_why(self, dues):
        code = dues.world.unions["luyang"].code

        answer = self.client(dues, "luyang-treasurer").post(
            reverse("dues:refund", args=[code]), {"year": "2026"}
        )

        assert answer.status_code == 422
