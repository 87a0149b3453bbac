"""Money of a drive is paid as it was decided, and not to whoever is not to have it any more."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from zhijia.assets.tests import world as stores
from zhijia.campaigns import verify
from zhijia.campaigns.models import Drive, Entry, Piece
from zhijia.campaigns.services import opening, ordering, withdrawing
from zhijia.campaigns.tests.test_ordering import BUDGET, POT, SHARE, SUM
from zhijia.campaigns.tests.world import TODAY, Season, days_on, define, season
from zhijia.catalogue import codes
from zhijia.kernel.context import whole
from zhijia.kernel.errors import NotForYou
from zhijia.payments.models import Payment
from zhijia.payments.services import batching, wanting
from zhijia.registry.models import Membership, Person, Union
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.world import AT

THING = {"label": {"en": "Thing", "zh": "事项"}}
MEMBERS = {"text": 'person.gig_group == "03" && person.membership.status in ["10", "11"]'}
DECIDED, WANTED, WITHIN = (
    "drive_is_paid_as_decided",
    "drive_pays_what_is_wanted",
    "drive_spends_within_its_budget",
)


@pytest.fixture
def made(committed: None) -> Season:
    def build() -> Any:
        store = stores.build()
        worlds.appoint(store.world, "factory", "cashier", "cashier")
        return store.world

    return season(3, 1, build)


def relief(made: Season, **more: Any) -> Drive:
    """Three fen to each member at the factory, of nine."""
    money = {**THING, "code": "sum", "gives": "money", "amount": "campaigns.season_months"}
    define("own_relief", measures=[], each=[money], who={"text": 'person.gig_group == "03"'} | more)
    return made.drive("own_relief", by="factory", targets={}, budget=9)


def order(made: Season, drive: Drive) -> int:
    return made.do("factory", ordering.order_money, drive_id=drive.pk, code="sum")


def payments(state: str = "waiting") -> list[Payment]:
    with whole():
        return list(Payment.objects.using("bulk").filter(source="campaign", state=state).order_by("pk"))


def refuses(made: Season, promise: str, act: Callable[[], Any]) -> None:
    """Whoever keeps the union's money does it past the services, and the database says no."""
    with pytest.raises(IntegrityError) as error, made.at_work("factory-treasurer"), transaction.atomic():
        act()
    assert error.value.__cause__.diag.constraint_name == promise  # type: ignore[union-attr]


def copied(of: Payment, **changed: Any) -> Payment:
    again = Payment.objects.get(pk=of.pk)
    again.pk, again.reference, again.hold_id, again.ordered_by = None, "", None, None
    again.state, again.ended_at = Payment.State.WAITING, None
    for field, value in changed.items():
        setattr(again, field, value)
    return again


def piece_of(payment: Payment) -> Piece:
    return Piece.objects.using("bulk").get(source=f"payment:{payment.source_id}", person_id=payment.person_id)


def ends(person_id: Any, status: str) -> None:
    with whole():
        Membership.objects.using("bulk").filter(person_id=person_id, valid_to=None).update(
            status=status, valid_to=TODAY
        )


def again(person_id: Any) -> None:
    """They are a member again."""
    with whole():
        last = Membership.objects.using("bulk").get(person_id=person_id)
        last.pk, last.status, last.valid_from, last.valid_to = uuid4(), "10", TODAY, None
        last.save(using="bulk", force_insert=True)


@pytest.mark.parametrize(
    "changed",
    [
        {"amount": 4},
        {"instalment": 29_999},
        {"source_id": "1.x"},
        {"source_id": "999.0"},
        {"purpose": "other"},
        {"fund": "special"},
        {"person_id": None},
    ],
)
def test_no_payment_of_a_drive_is_but_as_the_drive_decided(made: Season, changed: dict[str, Any]) -> None:
    drive = relief(made)
    order(made, drive)
    one, other, _third = payments()

    def again(**more: Any) -> None:
        copied(one, **more).save(force_insert=True)

    refuses(made, DECIDED, lambda: again(**changed))
    refuses(made, DECIDED, lambda: again(person_id=other.person_id))
    refuses(made, DECIDED, lambda: again(person_id=None, partner_id=made.world.unions["mill"].pk))
    refuses(made, "payment_once_per_source", again)


def stop(made: Season, payment: Payment) -> None:
    made.do("factory-treasurer", batching.stop, payment_id=payment.pk, reason="账户有误")


def test_nothing_is_paid_for_a_piece_that_was_reopened_nor_beyond_the_budget(made: Season) -> None:
    drive = relief(made)
    order(made, drive)
    one, *_others = payments()
    piece = piece_of(one)
    stop(made, one)
    assert (withdrawing.follow(at=AT), withdrawing.follow(at=AT)) == (1, 0)

    on_list = f"{one.source_id}.1"
    refuses(made, DECIDED, lambda: copied(one, source_id=on_list).save(force_insert=True))
    with made.at_work("factory"):
        done = {"state": "done", "done_at": AT, "amount": 3, "source": f"payment:{on_list}"}
        Piece.objects.filter(pk=piece.pk).update(**done)
    refuses(made, WITHIN, lambda: copied(one, source_id=on_list).save(force_insert=True))
    made.do("factory", opening.close, drive_id=drive.pk)
    refuses(made, DECIDED, lambda: copied(one, source_id=on_list).save(force_insert=True))


def test_what_the_drive_decided_stands_when_its_parameter_changes(made: Season) -> None:
    drive = relief(made)
    assert drive.sums == {"sum": 3}
    with (
        made.at_work("luyang"),
        pytest.raises(IntegrityError, match="the drive stands"),
        transaction.atomic(),
    ):
        Drive.objects.filter(pk=drive.pk).update(sums={"sum": 4})


def test_what_somebody_stopped_waits_until_an_officer_has_it_ordered_again(made: Season) -> None:
    drive = relief(made)
    order(made, drive)
    one, *_others = payments()
    piece = piece_of(one)
    stop(made, one)

    withdrawing.follow(at=AT)

    piece.refresh_from_db(using="bulk")
    drive.refresh_from_db()
    assert (piece.state, piece.source, piece.turn, drive.spent) == ("open", Piece.STOPPED, 1, 6)
    assert not verify.what_was_given_is_the_facts().differences
    assert not verify.tallies_are_the_roster().differences
    assert order(made, drive) == 0
    with pytest.raises(NotForYou):
        made.do("mill", ordering.again, piece_id=piece.pk)
    made.do("factory", ordering.again, piece_id=piece.pk)
    assert order(made, drive) == 1
    assert [one.person_id for one in payments()].count(piece.person_id) == 1
    assert not verify.what_was_given_is_the_facts().differences


@pytest.mark.parametrize(
    ("status", "why"), [("50", "died"), ("40", "left"), ("41", "left"), ("30", "retired")]
)
def test_who_is_not_to_have_it_any_more_is_not_paid_and_the_officer_reads_why(
    made: Season, status: str, why: str
) -> None:
    drive = relief(made, text=MEMBERS["text"])
    order(made, drive)
    one, other, *_rest = payments()
    piece = piece_of(one)
    if status == "30":
        with whole():
            Membership.objects.using("bulk").filter(person_id=one.person_id).update(status=status)
    else:
        ends(one.person_id, status)
    rostering_said = made.fill(drive, days_on(1))
    assert rostering_said.gone == 1
    refuses(made, WANTED, lambda: Payment.objects.filter(pk=one.pk).update(state="ready"))
    with made.at_work("factory-treasurer"):
        said = wanting.unwanted([one, other])
    assert said == {one.pk: withdrawing.UNWANTED % {"why": codes.label("roster_ends", why)}}

    assert (withdrawing.stop(at=AT), withdrawing.stop(at=AT)) == (1, 0)
    assert withdrawing.follow(at=AT) == 1

    (stopped,) = payments("stopped")
    piece.refresh_from_db(using="bulk")
    entry = Entry.objects.using("bulk").get(pk=piece.entry_id)
    assert (stopped.pk, stopped.reason) == (one.pk, withdrawing.reason(why))
    assert (piece.state, piece.source, entry.left_why) == ("void", f"waits:{why}", why)
    assert order(made, drive) == 0
    drive.refresh_from_db()
    assert drive.spent == sum(one.amount for one in payments())
    assert not verify.what_was_given_is_the_facts().differences
    assert not verify.tallies_are_the_roster().differences


def test_who_moves_within_the_drive_is_paid_and_who_moves_away_is_not(made: Season) -> None:
    money = {**THING, "code": "sum", "gives": "money", "amount": "campaigns.season_months"}
    define("own_relief", measures=[], each=[money], who=MEMBERS)
    drive = made.drive("own_relief", by="factory", targets={}, budget=9)
    assert order(made, drive) == 3
    one, other, *_rest = payments()
    mill = made.world.unions["mill"]
    with whole():
        there = {"union_id": mill.pk, "county_id": mill.county_id}
        Membership.objects.using("bulk").filter(person_id=one.person_id).update(**there)
        Person.objects.using("bulk").filter(pk=one.person_id).update(**there)
    made.fill(drive, days_on(1))

    assert withdrawing.stop(at=AT) == 1

    assert Entry.objects.using("bulk").get(left_on__isnull=False).left_why == "moved"
    assert [one.pk for one in payments("stopped")] == [one.pk]
    assert other.pk in [one.pk for one in payments()]


def test_nothing_is_ordered_for_who_has_died_before(made: Season) -> None:
    drive = relief(made)
    gone = made.pieces(drive, "sum")[0]
    ends(gone.person_id, "50")

    assert order(made, drive) == 2

    gone.refresh_from_db(using="bulk")
    assert (gone.state, gone.source) == ("open", Piece.DIED)


def test_whose_death_was_written_down_by_mistake_is_paid_once_they_are_a_member_again(made: Season) -> None:
    drive = relief(made)
    one, other = made.pieces(drive, "sum")[:2]
    ends(one.person_id, "50")
    assert order(made, drive) == 2
    ends(other.person_id, "50")

    for person in (one.person_id, other.person_id):
        again(person)

    assert order(made, drive) == 1
    assert withdrawing.stop(at=AT) == 0
    paid = payments()
    assert {payment.person_id for payment in paid} >= {one.person_id, other.person_id}
    with made.at_work("factory-treasurer"):
        assert (wanting.dead(paid), wanting.unwanted(paid)) == (set(), {})


def test_who_died_is_paid_nothing_after_the_drive_was_closed_and_its_report_stands(made: Season) -> None:
    drive = relief(made)
    order(made, drive)
    one, *_others = payments()
    made.do("factory", opening.close, drive_id=drive.pk)
    ends(one.person_id, "50")

    assert withdrawing.stop(at=AT) == 1
    assert withdrawing.follow(at=AT) == 0
    assert not verify.what_was_given_is_the_facts().differences


@pytest.fixture
def subsidised(committed: None) -> Season:
    with transaction.atomic():
        store = stores.build()
        worlds.appoint(store.world, "province", "treasurer", "province-treasurer")
        store.keep("province")
        store.income("province", "start", 1_000_000)
    return Season(store.world, None, None)  # type: ignore[arg-type]


@pytest.mark.parametrize("ordered_before", [False, True])
def test_the_share_of_a_union_that_was_merged_goes_to_its_successor(
    subsidised: Season, ordered_before: bool
) -> None:
    made = subsidised
    define(
        "own_subsidy", like="township_subsidy", each=[SHARE], measures=[], pot=POT, budget=BUDGET,
        who={"levels": ["grassroots"]},
    )  # fmt: skip
    drive = made.drive("own_subsidy", by="province", targets={}, pot=1_001)

    def ordered() -> int:
        return made.do("province", ordering.order_money, drive_id=drive.pk, code="paid")

    if ordered_before:
        ordered()
    made.merge("mill", "factory")
    made.fill(drive, days_on(1))
    assert withdrawing.stop(at=AT) == 0
    with made.at_work("province-treasurer"):
        assert wanting.unwanted(payments()) == {}
    ordered()

    factory, mill = made.world.unions["factory"].pk, made.world.unions["mill"].pk
    shares = {one.of_union_id: one.share for one in Entry.objects.using("bulk").filter(share__gt=0)}
    paid = [(one.partner_id, one.amount) for one in payments()]
    assert mill in shares
    assert sorted(paid) == sorted((factory if to == mill else to, much) for to, much in shares.items())
    assert not verify.what_was_given_is_the_facts().differences


@pytest.mark.parametrize(("each", "left"), [(SHARE, "open"), (SUM, "void")])
def test_of_what_was_stopped_for_a_merged_union_its_successor_is_owed_the_share_alone(
    subsidised: Season, each: dict[str, Any], left: str
) -> None:
    made, of_pot = subsidised, each is SHARE
    define(
        "own_subsidy", like="township_subsidy", each=[each], measures=[], pot=POT if of_pot else None, budget=BUDGET,
        who={"levels": ["grassroots"]},
    )  # fmt: skip
    drive = made.drive("own_subsidy", by="province", targets={}, **{"pot" if of_pot else "budget": 1_001})
    made.do("province", ordering.order_money, drive_id=drive.pk, code="paid")
    mill = made.world.unions["mill"].pk
    (one,) = (payment for payment in payments() if payment.partner_id == mill)
    made.merge("mill", "factory")
    made.fill(drive, days_on(1))
    made.do("province-treasurer", batching.stop, payment_id=one.pk, reason="账户有误")

    assert withdrawing.follow(at=AT) == 1

    piece = Piece.objects.using("bulk").get(entry__of_union_id=mill)
    assert (piece.state, piece.source) == (left, Piece.STOPPED)


def test_the_job_of_one_drive_stops_what_that_one_ordered(made: Season) -> None:
    one, other = relief(made), made.drive("own_relief", by="factory", targets={}, budget=9)
    for drive in (one, other):
        order(made, drive)
    ends(payments()[0].person_id, "50")

    assert withdrawing.stop(at=AT, drive_id=one.pk) == 1
    assert [stopped.source_id.split(".")[0] for stopped in payments("stopped")] == [str(one.pk)]
    assert withdrawing.stop(at=AT) == 1


def test_a_union_without_a_successor_is_owed_nothing(subsidised: Season) -> None:
    made = subsidised
    define(
        "own_subsidy", like="township_subsidy", each=[SHARE], measures=[], pot=POT, budget=BUDGET,
        who={"levels": ["grassroots"]},
    )  # fmt: skip
    drive = made.drive("own_subsidy", by="province", targets={}, pot=1_001)
    Union.objects.using("bulk").filter(pk=made.world.unions["mill"].pk).update(dissolved_on=TODAY)
    made.fill(drive, days_on(1))
    made.do("province", ordering.order_money, drive_id=drive.pk, code="paid")
    assert made.world.unions["mill"].pk not in [one.partner_id for one in payments()]
    entry = Entry.objects.using("bulk").get(left_on__isnull=False)
    assert entry.left_why == "dissolved"
