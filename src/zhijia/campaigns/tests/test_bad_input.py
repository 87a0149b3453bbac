"""What people type by mistake, and what two do at once: each gets its sentence, and nothing is half done."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from zhijia.assets.tests import world as stores
from zhijia.campaigns import rules, verify, versions
from zhijia.campaigns.forms import NewDriveForm
from zhijia.campaigns.models import Drive, Entry, Piece
from zhijia.campaigns.services import opening, ordering, rostering, sharing
from zhijia.campaigns.tests.test_ordering import BUDGET, POT, SHARE
from zhijia.campaigns.tests.world import TODAY, Season, define, season
from zhijia.catalogue import definitions
from zhijia.facts.models import Fact
from zhijia.kernel.context import whole
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.payments.models import Payment
from zhijia.registry.tests import world as worlds

NOBODY = {"text": 'person.gig_group == "03" && person.gig_group == "04"'}
EVERYBODY = {"text": 'person.membership.status in ["10", "11"]'}
TASK = {"label": {"en": "Thing", "zh": "事项"}, "code": "use", "gives": "task"}


@pytest.fixture
def made(committed: None) -> Season:
    return season()


@pytest.mark.parametrize("wrong", [-1, 10**18, 10**30])
@pytest.mark.parametrize("what", ["targets", "budget"])
def test_an_amount_below_nothing_or_beyond_everything_is_refused(made: Season, what: str, wrong: int) -> None:
    define("own_care", budget={"fund": "own", "spent_on": "worker_service_expenditure"})
    said: dict[str, Any] = {"targets": {("people", 0): wrong}} if what == "targets" else {"budget": wrong}
    with pytest.raises(Refusal) as refused:
        made.drive("own_care", opened=False, **said)
    assert refused.value.code == "drive_amount"
    limit = "到1,000,000,000,000元" if what == "budget" else "到100,000,000,000,000之间"
    assert limit in str(refused.value)
    assert not Drive.objects.exists()


def test_the_form_takes_what_the_drive_takes_and_no_more(made: Season) -> None:
    define("own_care", budget={"fund": "own", "spent_on": "worker_service_expenditure"})
    campaign = versions.all_in_force(day=TODAY)["own_care"]
    for people, yuan, right in (
        (rules.MOST, rules.MOST // 100, True),
        (rules.MOST + 1, 1, False),
        (1, rules.MOST // 100 + 1, False),
    ):
        typed = {"opens_on": TODAY.isoformat(), "target-people-0": str(people), "budget": str(yuan)}
        form = NewDriveForm(typed, campaign=campaign, today=TODAY, of_years=1)
        assert form.is_valid() == right


@pytest.mark.parametrize("wrong", [-1, 10**18])
def test_a_pot_that_nothing_can_be_is_refused(made: Season, wrong: int) -> None:
    define("own_places", like="township_subsidy", measures=[], each=[TASK], budget=None, pot=POT)
    with pytest.raises(Refusal) as refused:
        made.drive("own_places", by="province", targets={}, opened=False, pot=wrong)
    assert refused.value.code == "drive_amount"


@pytest.mark.parametrize("wrong", [-1, 10**18])
def test_a_target_is_not_shared_out_below_nothing_or_beyond_everything(made: Season, wrong: int) -> None:
    drive = made.drive(by="province")
    said: dict[str, Any] = {
        "drive_id": drive.pk, "above": made.world.unions["province"], "measure": "people", "year": 0,
        "parts": {made.world.unions["city"].pk: wrong},
    }  # fmt: skip
    with pytest.raises(Refusal) as refused:
        made.do("province", sharing.share, **said)
    assert refused.value.code == "drive_amount"


def test_the_form_says_which_target_cannot_be(made: Season) -> None:
    campaign = definitions.load().campaigns["send_coolness"]
    for wrong in ("-1", "1" + "0" * 18, "半百"):
        typed = {"once": "0" * 8, "opens_on": TODAY.isoformat(), "target-people-0": wrong}
        form = NewDriveForm(typed, campaign=campaign, today=TODAY, of_years=1)
        assert not form.is_valid()
        assert "target-people-0" in form.errors


def test_a_rule_that_finds_nobody_makes_an_empty_roster_that_can_be_closed(made: Season) -> None:
    define("own_care", who=NOBODY)
    drive = made.drive("own_care")
    assert made.listed(drive) == []
    closed = made.do("luyang", opening.close, drive_id=drive.pk)
    assert (closed.report["on"], closed.report["things"][0]["there"]) == (0, 0)


def test_a_rule_that_finds_everybody_puts_each_there_once(made: Season) -> None:
    define("own_care", who=EVERYBODY)
    drive = made.drive("own_care", by="province")
    assert len(made.listed(drive, "province")) == 5
    assert made.fill(drive) == rostering.Kept()
    assert not verify.tallies_are_the_roster().differences


def test_two_who_open_a_drive_at_once_open_it_once(made: Season) -> None:
    drive = made.drive(opened=False)

    def begin(_number: int) -> str:
        try:
            made.do("luyang", opening.open_drive, drive_id=drive.pk)
        finally:
            connections.close_all()
        return ""

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(begin, range(2)))

    with whole():
        assert Fact.objects.using("bulk").filter(kind="campaign.opened").count() == 1
    assert ProcrastinateJob.objects.filter(task_name=opening.ROSTER).count() == 1


def test_a_drive_that_closes_while_its_roster_is_made_gets_no_more(
    made: Season, monkeypatch: pytest.MonkeyPatch
) -> None:
    drive = made.drive(by="province", opened=False)
    made.do("province", opening.open_drive, drive_id=drive.pk)

    def closes(_place: str) -> None:
        if Drive.objects.get(pk=drive.pk).state == Drive.State.OPEN and Entry.objects.using("bulk").exists():
            made.do("province", opening.close, drive_id=drive.pk)

    monkeypatch.setattr(rostering.failpoints, "reached", closes)
    made.fill(drive)

    drive.refresh_from_db()
    with whole():
        listed = Entry.objects.using("bulk").filter(drive=drive).count()
        done = Piece.objects.using("bulk").filter(drive_id=drive.pk, state="done").count()
    assert (drive.state, drive.report["on"], done) == ("closed", listed, 0)
    assert 0 < listed < 5
    assert not verify.what_was_given_is_the_facts().differences


def test_a_drive_of_another_county_is_neither_opened_nor_closed_nor_paid(made: Season) -> None:
    drive = made.drive(opened=False)
    for service, more in (
        (opening.open_drive, {}), (opening.close, {}), (opening.stop, {"reason": "别人的"}), (opening.refresh, {}),
        (ordering.order_money, {"code": "pack"}),
    ):  # fmt: skip
        with pytest.raises((NotForYou, Refusal)) as refused:
            made.do("shushan", service, drive_id=drive.pk, **more)
        assert isinstance(refused.value, NotForYou) or refused.value.code == "drive_not_open"
    assert Drive.objects.get(pk=drive.pk).state == Drive.State.DRAFT


def test_a_last_day_before_the_first_and_a_first_day_long_ago_are_refused(made: Season) -> None:
    for said, code in (
        ({"closes_on": TODAY - timedelta(days=400)}, "drive_closes_after_it_opens"),
        ({"opens_on": TODAY.replace(year=1)}, "drive_in_the_past"),
    ):
        with pytest.raises(Refusal) as refused:
            made.drive(opened=False, **said)
        assert refused.value.code == code


def test_one_fen_among_seven_is_one_fen() -> None:
    assert sorted(rules.shared(1, dict.fromkeys(range(7), 3)).values()) == [0] * 6 + [1]


def test_a_pot_of_one_fen_is_paid_to_one_and_nobody_else_waits_for_money(committed: None) -> None:
    with transaction.atomic():
        store = stores.build()
        worlds.appoint(store.world, "province", "treasurer", "province-treasurer")
        store.keep("province")
        store.income("province", "start", 1_000_000)
    made = Season(store.world, None, None)  # type: ignore[arg-type]
    define(
        "own_subsidy", like="township_subsidy", each=[SHARE], measures=[], pot=POT, budget=BUDGET,
        who={"levels": ["county"]},
    )  # fmt: skip
    drive = made.drive("own_subsidy", by="province", targets={}, pot=1)

    assert made.do("province", ordering.order_money, drive_id=drive.pk, code="paid") == 1

    with whole():
        assert list(Payment.objects.using("bulk").values_list("amount", flat=True)) == [1]
