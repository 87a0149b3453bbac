"""Money of a round: shares of its pot to the unions of projects, within its budget, each once; an allowance goes on
wherever whoever holds it is a member by now."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from zhijia.appraisals.models.rounds import Award, Nomination
from zhijia.appraisals.rules.rounds import pots
from zhijia.appraisals.services.rounds import allowances, batching, judging, naming, recommending, showing
from zhijia.appraisals.tests.rounds.test_refusals import broken
from zhijia.appraisals.tests.rounds.test_way import judged
from zhijia.appraisals.tests.rounds.world import CLOSED, Fair, fair
from zhijia.payments.models import Payment
from zhijia.payments.services import payees
from zhijia.payments.services.payees import Named
from zhijia.registry.models import Membership, Person, TransferLeg
from zhijia.registry.services import transfers
from zhijia.registry.tests.world import AT

MONTH = timedelta(days=31)
PROJECT = {
    "studio": "李工工作室", "trade": "焊工", "problem": "薄壁件变形", "way": "改夹具", "ready": "返修率低于一成",
    "months": "6",
}  # fmt: skip


@pytest.mark.parametrize(
    ("pot", "asked", "expected"),
    [
        (100, [30, 50], [30, 50]),
        (100, [100], [100]),
        (100, [300, 300, 300], [34, 33, 33]),
        (1000, [1500, 500], [750, 250]),
        (100, [], []),
        (0, [5, 5], [0, 0]),
    ],
)
def test_what_is_asked_for_is_cut_alike_where_it_is_more_than_the_pot(
    pot: int, asked: list[int], expected: list[int]
) -> None:
    assert pots.asked_for(pot, asked) == expected


@pytest.mark.parametrize(("pot", "many", "expected"), [(100, 3, [34, 33, 33]), (9, 3, [3, 3, 3]), (5, 0, [])])
def test_equal_parts_add_up_to_the_pot(pot: int, many: int, expected: list[int]) -> None:
    assert pots.equal(pot, many) == expected


@pytest.fixture
def grants(db: Any) -> Fair:
    return fair(3, code="innovation_grant", key="city", budget=1_000_000)


def project(made: Fair, place: int, asked: str) -> Nomination:
    """A project that asks for so many yuan, recommended by its union and the county."""
    told = {**PROJECT, "asked": asked, "title": f"项目{place}", "files": ["budget"]}
    row = made.nominate(place, **told)
    for name in ("factory", "luyang"):
        recommending.recommend(actor=made.act(name), at=AT, nomination_id=row.pk, words="会议通过")
    row.refresh_from_db()
    return row


def decided(made: Fair) -> tuple[list[Nomination], datetime]:
    """Two projects that ask for 15,000 yuan of a pot of 10,000: judged, decided, the notice hung its days."""
    made.name_judges(5)
    rows = [project(made, 0, "9000"), project(made, 1, "6000")]
    judging.begin(actor=made.act(), at=CLOSED, round_id=made.round.pk)
    for judges, points in (
        (5, {"need": 20, "way": 30, "use": 10, "money": 10}),
        (3, {"answers": 50, "team": 30}),
    ):
        for name in made.judges[:judges]:
            actor = made.act(name)
            for less, row in enumerate(rows):
                given = {code: most - less for code, most in points.items()}
                judging.score(actor=actor, at=CLOSED, nomination_id=row.pk, points=given)
        judging.close_stage(actor=made.act(), at=CLOSED, round_id=made.round.pk)
    made.batch(*rows)
    batching.propose(actor=made.act(), at=CLOSED, round_id=made.round.pk)
    batching.decide(actor=made.act("second"), at=CLOSED, round_id=made.round.pk)
    showing.hang(actor=made.act(), at=CLOSED, round_id=made.round.pk)
    return rows, CLOSED + timedelta(days=12)


def test_the_shares_of_a_pot_are_ordered_to_the_unions_of_the_projects(grants: Fair) -> None:
    _rows, at = decided(grants)
    naming.name(actor=grants.act(), at=at, round_id=grants.round.pk)

    grants.act()
    ordered = list(Payment.objects.filter(source="award").order_by("pk"))
    assert [(one.amount, one.partner_id, one.person_id, one.state) for one in ordered] == [
        (600_000, grants.hall.union.pk, None, "waiting"),
        (400_000, grants.hall.union.pk, None, "waiting"),
    ]
    assert [one.title[-3:] for one in ordered] == ["项目0", "项目1"]
    for award in Award.objects.all():
        assert allowances.order_due(actor=grants.act(), at=at + 12 * MONTH, award=award) == []


def test_no_award_of_a_round_goes_beyond_its_budget_and_none_is_paid_but_as_decided(grants: Fair) -> None:
    rows, at = decided(grants)
    grants.act()
    said = {
        "nomination": rows[0], "round": grants.round, "union_id": rows[0].union_id, "county_id": rows[0].county_id,
        "title": "x", "grade": "granted", "level": 3, "number": "x", "token": "x", "named_on": at.date(),
        "payer_id": grants.round.union_id, "to_union_id": rows[0].union_id,
        "person_id": rows[0].person_id, "decided_by": grants.again().decided_by,
    }  # fmt: skip
    with broken("award_is_what_was_decided"):
        Award.objects.create(**said, monthly=500_001, months=1)

    naming.name(actor=grants.act(), at=at, round_id=grants.round.pk)

    grants.act()
    one = Payment.objects.filter(source="award").order_by("pk")[0]
    for change in ({"instalment": 2}, {"source_id": "0"}, {"partner_id": grants.world.unions["mill"].pk}):
        again = Payment.objects.get(pk=one.pk)
        again.pk, again.instalment, again.reference, again.hold_id = None, 1, "", None
        for field, value in change.items():
            setattr(again, field, value)
        with broken("award_is_paid_as_decided"):
            again.save(force_insert=True)


def test_an_allowance_goes_on_from_the_union_that_pays_after_who_holds_it_has_moved(db: Any) -> None:
    made = fair(4)
    first, second, _third = judged(made)
    made.batch(first, second)
    at = made.to_names()
    person = Person.objects.get(pk=first.person_id)
    said = Named(person.name, "6217000000000000017", "建设银行", agreed=True)
    payees.name_own(actor=made.member(0), at=AT, said=said)
    moved(made, first)
    award = Award.objects.get(nomination=first)

    assert allowances.lacking([award], (at + MONTH).date()) == {award.pk: 1}
    (payment,) = allowances.order_due(actor=made.act(), at=at + MONTH, award=award)

    made.act()
    assert not Person.objects.filter(pk=first.person_id).exists()
    assert (payment.instalment, payment.payee_name, payment.union_id) == (2, first.title, made.round.union_id)
    made.act("treasurer")
    for one in Payment.objects.filter(source="award", source_id=str(award.pk)):
        assert one.payee is not None, (
            "who pays reads the account, of the month before the move and of the one after"
        )
        assert (one.payee.holder, one.payee.tail) == (first.title, "0017")
    made.act("mill")
    died = {"status": "50", "valid_to": (at + MONTH).date()}
    Membership.objects.filter(person_id=first.person_id, valid_to=None).update(**died)
    assert allowances.order_due(actor=made.act(), at=at + 2 * MONTH, award=award) == []


def moved(made: Fair, row: Nomination) -> None:
    """Whoever is nominated is a member of a union of another county from now on."""
    asked = transfers.request(
        actor=made.act("mill"), at=CLOSED, person_id=row.person_id, union=made.world.unions["mill"],
        shown_name=row.title, origin="officer",
    )  # fmt: skip
    leg = TransferLeg.objects.filter(transfer_id=asked)
    made.act("factory")
    transfers.decide_leg(actor=made.act("factory"), at=CLOSED, leg_id=leg.get(side="out").pk, approve=True)
    made.act()
