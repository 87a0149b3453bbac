"""Money of a drive for unions: shares of a pot to the last fen, once each, to whoever can be paid."""

from typing import Any

import pytest
from django.db import transaction

from zhijia.assets.tests import world as stores
from zhijia.campaigns import checking, verify
from zhijia.campaigns.forms import NewDriveForm
from zhijia.campaigns.models import Drive, Entry, Piece
from zhijia.campaigns.services import ordering
from zhijia.campaigns.tests.world import TODAY, Season, define
from zhijia.catalogue import definitions
from zhijia.catalogue.campaign_rules import Campaign
from zhijia.catalogue.versions import content
from zhijia.kernel.context import whole
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.payments.models import Payment
from zhijia.registry.models import Coverage, Employer
from zhijia.registry.tests import world as registry_world

THING = {"label": {"en": "Thing", "zh": "事项"}}
SHARE = {**THING, "code": "paid", "gives": "money", "of_pot": True}
SUM = {**THING, "code": "paid", "gives": "money", "amount": "campaigns.season_months"}
POT = {"label": {"en": "Pot", "zh": "总额"}, "unit": "fen", "weight": "members"}
BUDGET = {"fund": "own", "spent_on": "subsidy_expenditure"}


@pytest.fixture
def made(committed: None) -> Season:
    with transaction.atomic():
        store = stores.build()
        registry_world.appoint(store.world, "province", "treasurer", "province-treasurer")
        store.keep("province")
        store.income("province", "start", 1_000_000)
    return Season(store.world, None, None)  # type: ignore[arg-type]


def subsidy(**more: Any) -> None:
    said = {"each": [SHARE], "measures": [], "pot": POT, "budget": BUDGET, "who": {"levels": ["county"]}}
    define("own_subsidy", like="township_subsidy", **said | more)


def order(made: Season, drive: Drive, by: str = "province") -> int:
    return made.do(by, ordering.order_money, drive_id=drive.pk, code="paid")


def payments() -> dict[int | None, int]:
    with whole():
        return dict(Payment.objects.using("bulk").values_list("partner_id", "amount"))


def test_the_shares_of_a_pot_are_paid_once_each_to_the_last_fen(made: Season) -> None:
    subsidy()
    drive = made.drive("own_subsidy", by="province", targets={}, pot=1_001)

    assert (order(made, drive), order(made, drive)) == (2, 0)

    with whole():
        shares = dict(Entry.objects.using("bulk").filter(drive=drive).values_list("of_union_id", "share"))
    drive.refresh_from_db()
    assert payments() == shares
    assert sum(payments().values()) == drive.spent == drive.budget == drive.pot == 1_001
    assert not verify.what_was_given_is_the_facts().differences
    assert not verify.tallies_are_the_roster().differences


def test_nobody_but_the_drives_union_orders_its_money(made: Season) -> None:
    subsidy()
    drive = made.drive("own_subsidy", by="province", targets={}, pot=1_001)
    with pytest.raises(NotForYou):
        order(made, drive, by="luyang")
    assert payments() == {}


def test_an_employer_is_paid_through_the_union_that_covers_it_and_waits_without_one(made: Season) -> None:
    firms, mill = Employer.objects.using("bulk"), made.world.unions["mill"]
    covered = firms.create(name="小厂有限公司", division="340103000000", staff_count=5)
    alone = firms.create(name="独自有限公司", division="340103000000", staff_count=5)
    Coverage.objects.using("bulk").create(union=mill, employer=covered, valid_from=TODAY)
    define(
        "own_relief", like="relief_measures", measures=[], each=[SUM], budget=BUDGET,
        who={"text": "has(employer.staff_count) && employer.staff_count < 10"},
    )  # fmt: skip
    drive = made.drive("own_relief", by="province", targets={}, budget=100)

    assert order(made, drive) == 1

    assert payments() == {mill.pk: 3}
    with whole():
        waits = Piece.objects.using("bulk").filter(drive_id=drive.pk, state="open")
        assert list(waits.values_list("entry__employer_id", "source")) == [(alone.pk, Piece.NO_UNION)]
    Coverage.objects.using("bulk").create(
        union=made.world.unions["factory"], employer=alone, valid_from=TODAY
    )
    assert order(made, drive) == 1
    assert not verify.what_was_given_is_the_facts().differences


def test_the_union_that_pays_does_not_pay_itself(made: Season) -> None:
    subsidy(each=[SUM], pot=None, who={"levels": ["province", "county"]})
    drive = made.drive("own_subsidy", by="province", targets={}, budget=100)

    assert order(made, drive) == 2

    assert made.world.unions["province"].pk not in payments()


def test_money_that_has_no_other_side_waits_for_unions_and_stops_nobody_else(made: Season) -> None:
    subsidy(each=[SUM], pot=None, budget={**BUDGET, "spent_on": "worker_service_expenditure"})
    drive = made.drive("own_subsidy", by="province", targets={}, budget=100)

    assert order(made, drive) == 0

    assert payments() == {}
    with whole():
        waits = Piece.objects.using("bulk").filter(drive_id=drive.pk).values_list("state", "source")
        assert set(waits) == {("open", Piece.NO_UNION)}


def test_beyond_the_budget_of_the_drive_nothing_is_ordered(made: Season) -> None:
    subsidy(each=[SUM], pot=None)
    drive = made.drive("own_subsidy", by="province", targets={}, budget=5)

    with pytest.raises(Refusal) as refused:
        order(made, drive)

    assert (refused.value.code, payments()) == ("drive_spends_within_its_budget", {})


@pytest.mark.parametrize(
    "wrong",
    [
        {"each": [{**SHARE, "amount": "campaigns.season_months"}]},
        {"each": [SHARE], "pot": {**POT, "unit": "places"}},
        {"each": [SHARE, {**SHARE, "code": "again"}]},
        {"each": [SHARE], "budget": None},
        {"each": [{**SHARE, "gives": "task"}]},
    ],
)
def test_a_share_that_cannot_be_paid_is_refused_when_it_is_read(wrong: dict[str, Any]) -> None:
    data = content(definitions.load().campaigns["township_subsidy"]) | {"measures": []}
    with pytest.raises(ValueError, match=r".+"):
        Campaign.model_validate(data | wrong)


def test_what_has_no_other_side_in_a_unions_books_is_not_spent_on_unions(db: None) -> None:
    data = content(definitions.load().campaigns["township_subsidy"])
    data["budget"]["spent_on"] = "worker_service_expenditure"
    problems = checking.problems_of(Campaign.model_validate(data), on=TODAY)
    assert any("worker_service_expenditure" in str(one) for one in problems)


def test_targets_of_money_are_typed_in_yuan_and_a_paid_pot_is_the_budget() -> None:
    load = definitions.load().campaigns
    typed = {
        "once": "0" * 8,
        "opens_on": "2026-11-20",
        "target-sum-0": "1,200.50",
        "target-households-0": "3",
    }
    form = NewDriveForm({**typed, "budget": "2000"}, campaign=load["send_warmth"], today=TODAY, of_years=1)
    assert form.is_valid(), form.errors
    assert form.said()["targets"] == {("sum", 0): 120_050, ("households", 0): 3}
    assert "budget" not in NewDriveForm(campaign=load["township_subsidy"], today=TODAY, of_years=1).fields
