"""What each on a roster gets: a request, goods, money; once each, within the budget, with the fact of it."""

from typing import Any

import pytest

from zhijia.assets.tests import world as stores
from zhijia.campaigns import verify
from zhijia.campaigns.models import Drive, Piece
from zhijia.campaigns.services import giving, ordering
from zhijia.campaigns.tests.world import Season, define, season
from zhijia.facts.models import Fact
from zhijia.kernel.context import whole
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.matters.models import Case
from zhijia.matters.services import asking
from zhijia.payments.models import Payment
from zhijia.registry.models import Person, Union
from zhijia.registry.tests.world import AT

EVERY = {"text": 'person.membership.status in ["10", "11"]'}
THING = {"label": {"en": "Thing", "zh": "事项"}}
CARD = {**THING, "code": "card", "gives": "case", "matter": "member_card"}


@pytest.fixture
def made(committed: None) -> Season:
    return season()


def test_money_is_ordered_once_for_each_and_never_beyond_the_budget(committed: None) -> None:
    store: list[stores.Store] = []

    def build() -> Any:
        store.append(stores.build())
        return store[0].world

    made = season(3, 0, build)
    define(
        "own_relief", who={"text": 'person.gig_group == "03"'}, measures=[],
        each=[{**THING, "code": "sum", "gives": "money", "amount": "campaigns.season_months"}],
    )  # fmt: skip
    drive = made.drive("own_relief", by="factory", targets={}, budget=8)
    with pytest.raises(Refusal) as refused:
        made.do("factory", ordering.order_money, drive_id=drive.pk, code="sum")
    assert refused.value.code == "drive_spends_within_its_budget"
    assert not paid()
    with made.at_work("luyang"):
        Drive.objects.filter(pk=drive.pk).update(state="closed", closed_by=1, closed_at=AT)
    drive = made.drive("own_relief", by="factory", targets={}, budget=9)
    assert made.do("factory", ordering.order_money, drive_id=drive.pk, code="sum") == 3
    assert made.do("factory", ordering.order_money, drive_id=drive.pk, code="sum") == 0
    assert [(one.amount, one.source) for one in paid()] == [(3, "campaign")] * 3
    drive.refresh_from_db()
    assert drive.spent == 9
    assert not verify.what_was_given_is_the_facts().differences


def test_whom_the_payer_does_not_see_waits_and_the_rest_is_paid(committed: None) -> None:
    store: list[stores.Store] = []

    def build() -> Any:
        store.append(stores.build())
        return store[0].world

    made = season(3, 0, build)
    define(
        "own_relief", who={"text": 'person.gig_group == "03"'}, measures=[],
        each=[{**THING, "code": "sum", "gives": "money", "amount": "campaigns.season_months"}],
    )  # fmt: skip
    drive = made.drive("own_relief", by="factory", targets={}, budget=9)
    gone, here, there = (
        made.factory.voters[0].person_id,
        made.world.unions["factory"],
        made.world.unions["mill"],
    )
    stand(gone, there)

    assert made.do("factory", ordering.order_money, drive_id=drive.pk, code="sum") == 2
    assert made.do("factory", ordering.order_money, drive_id=drive.pk, code="sum") == 0
    waits = [piece for piece in made.pieces(drive, "sum") if piece.state == Piece.State.OPEN]
    assert [(piece.person_id, piece.source) for piece in waits] == [(gone, Piece.UNSEEN)]
    stand(gone, here)
    assert made.do("factory", ordering.order_money, drive_id=drive.pk, code="sum") == 1
    assert not verify.what_was_given_is_the_facts().differences


def stand(person_id: Any, union: Union) -> None:
    """Where the register holds somebody."""
    with whole():
        Person.objects.using("bulk").filter(pk=person_id).update(union_id=union.pk, county_id=union.county_id)


def paid() -> list[Payment]:
    with whole():
        return list(Payment.objects.using("bulk").all())


def test_another_union_orders_no_money_of_a_drive(made: Season) -> None:
    drive = made.drive()
    with pytest.raises(NotForYou):
        made.do("mill", ordering.order_money, drive_id=drive.pk, code="pack")


def test_a_request_is_opened_once_and_counts_when_it_is_handed_in(made: Season) -> None:
    define("own_cards", who=EVERY, measures=[], each=[CARD])
    drive = made.drive("own_cards", targets={})
    one, other, *_rest = made.pieces(drive, "card")
    case = made.do("factory", giving.open_case, piece_id=one.pk)
    assert made.do("factory", giving.open_case, piece_id=one.pk).pk == case.pk
    assert made.do("factory", giving.open_case, piece_id=other.pk).pk != case.pk
    assert giving.follow_cases(at=AT) == 0
    with whole():
        Case.objects.using("bulk").filter(pk=case.pk).update(state=Case.State.OPEN, number="1", opened_at=AT)
    assert giving.follow_cases(at=AT) == 1
    assert giving.follow_cases(at=AT) == 0
    assert made.pieces(drive, "card")[0].state == Piece.State.DONE
    with whole():
        assert Fact.objects.using("bulk").filter(kind="campaign.reached", record_id=str(one.pk)).count() == 1


def test_a_draft_that_was_thrown_away_can_be_begun_anew(made: Season) -> None:
    define("own_cards", who=EVERY, measures=[], each=[CARD])
    drive = made.drive("own_cards", targets={})
    piece = made.pieces(drive, "card")[0]
    case = made.do("factory", giving.open_case, piece_id=piece.pk)
    made.do("factory", asking.discard, case_id=case.pk)
    assert giving.follow_cases(at=AT) == 0
    assert made.pieces(drive, "card")[0].case_id is None
    assert made.do("factory", giving.open_case, piece_id=piece.pk).pk != case.pk


def test_what_was_given_is_neither_undone_nor_deleted(made: Season, owner_sql: Any) -> None:
    drive = made.drive()
    piece = made.pieces(drive, "told")[0]
    for text in (
        f"UPDATE campaigns_piece SET state = 'open', done_at = NULL WHERE id = {piece.pk}",
        f"DELETE FROM campaigns_piece WHERE id = {piece.pk}",
        f"DELETE FROM campaigns_entry WHERE id = {piece.entry_id}",
    ):
        with pytest.raises(Exception, match=r"what was given stands|violates foreign key"):
            owner_sql(text)
