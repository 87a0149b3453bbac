"""A batch when it is proposed and again when it is decided: of those the round is for still, by people who are close to
nobody of it, with sums that stand from then on."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from zhijia.appraisals import round_versions
from zhijia.appraisals.models.rounds import Award, Nomination, Recusal, Round, Standing
from zhijia.appraisals.services.rounds import batching, eligible, judging, naming, showing
from zhijia.appraisals.tests.rounds.test_money import moved
from zhijia.appraisals.tests.rounds.test_refusals import broken, refused
from zhijia.appraisals.tests.rounds.test_way import judged
from zhijia.appraisals.tests.rounds.world import CLOSED, Fair, fair
from zhijia.catalogue import parameters
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.ledger.spending_models import Kin
from zhijia.payments.models import Payment
from zhijia.registry.models import Membership
from zhijia.registry.tests.world import AT, give

LATER = CLOSED + timedelta(days=9)


@pytest.fixture
def made(db: Any) -> Fair:
    return fair(4)


def became(made: Fair, row: Nomination, status: str, *, ended: bool) -> None:
    made.act("factory")
    said: dict[str, object] = {"status": status, "valid_to": CLOSED.date()} if ended else {"status": status}
    Membership.objects.filter(person_id=row.person_id, valid_to=None).update(**said)


def hangs(made: Fair, *chosen: Nomination, at: datetime = CLOSED) -> None:
    """The batch of these is proposed, and its notice hangs."""
    made.batch(*chosen)
    batching.propose(actor=made.act(), at=at, round_id=made.round.pk)
    showing.hang(actor=made.act(), at=at, round_id=made.round.pk)


def by_sql(made: Fair, name: str, **said: object) -> None:
    """The application writes it past the services: refused, by this promise."""
    made.act()
    with broken(name):
        Round.objects.filter(pk=made.round.pk).update(**said)


@pytest.mark.parametrize("status", ["40", "50", "30"])
def test_who_left_died_or_retired_since_is_not_proposed_until_taken_out(made: Fair, status: str) -> None:
    first, second, _third = judged(made)
    made.batch(first, second)
    became(made, first, status, ended=status != "30")

    with refused("not_eligible_any_more" if status == "30" else "not_a_member_any_more"):
        batching.propose(actor=made.act(), at=CLOSED, round_id=made.round.pk)
    if status != "30":
        said = {
            "state": "proposed",
            "proposed_by": made.world.actors["luyang"].user_id,
            "proposed_at": CLOSED,
        }
        by_sql(made, "batch_is_of_members", **said)
    with refused("order_says_why"):  # whoever takes them out says so
        made.batch(second)
        batching.propose(actor=made.act(), at=CLOSED, round_id=made.round.pk)
    made.batch(second, why="第一名已不是会员")
    assert batching.propose(actor=made.act(), at=CLOSED, round_id=made.round.pk).state == "proposed"


def test_who_died_before_the_decision_is_not_decided_on(made: Fair) -> None:
    first, second, _third = judged(made)
    hangs(made, first, second)
    became(made, second, "50", ended=True)

    with pytest.raises(Refusal) as refusal:
        batching.decide(actor=made.act("second"), at=LATER, round_id=made.round.pk)

    assert refusal.value.code == "not_a_member_any_more"
    assert str(refusal.value).count("2") == 1, "their number alone"
    assert "本次评选的条件" not in str(refusal.value), "no rule said no of them"
    decided_by = made.world.actors["second"].user_id
    by_sql(made, "batch_is_of_members", state="decided", decided_by=decided_by, decided_at=LATER)
    batching.send_back(actor=made.act("second"), at=LATER, round_id=made.round.pk, reason="第二名去世")
    made.batch(first, at=LATER)
    made.to_names(at=LATER)


def test_who_is_a_member_elsewhere_by_now_stays_in_the_batch(made: Fair) -> None:
    first, *_others = judged(made)
    made.batch(first)
    moved(made, first)

    assert batching.propose(actor=made.act(), at=CLOSED, round_id=made.round.pk).state == "proposed"


def test_a_whole_batch_is_asked_about_in_as_many_statements_as_one(made: Fair) -> None:
    rows = judged(made)
    asked = round_versions.definition(made.again().version)
    made.act()
    many = []
    for some in (rows[:1], rows):
        with CaptureQueriesContext(connection) as seen:
            assert eligible.not_any_more(asked, some, CLOSED.date()) == set()
        many.append(len(seen))
    assert many[0] == many[1] <= 3


def officer_who_is(made: Fair, place: int) -> Actor:
    """This member works at the county, too."""
    actor, founder = made.hall.voters[place], made.act("founder")
    give(founder, actor.user_id, "county_reviewer", made.world.unions[made.key])
    return actor


def declares(made: Fair, place: int, name: str) -> None:
    made.act()
    Kin.objects.create(
        union_id=made.hall.union.pk, county_id=made.hall.union.stands_in,
        person_id=made.hall.voters[place].person_id, relation="spouse", name=name, declared_on=AT.date(), declared_by=1,
    )  # fmt: skip


def test_a_relative_of_somebody_of_the_batch_neither_proposes_nor_decides_it(made: Fair) -> None:
    first, second, _third = judged(made)
    officer = officer_who_is(made, 3)
    declares(made, 3, f" {first.title} ")
    made.batch(first)

    with pytest.raises(Refusal) as refusal:
        batching.propose(actor=made.member(3), at=CLOSED, round_id=made.round.pk)
    assert refusal.value.code == "batch_is_not_of_who_is_close_to_it"
    assert first.title not in str(refusal.value)
    made.member(3)
    with broken("batch_is_not_of_who_is_close_to_it"):
        said = {"state": "proposed", "proposed_by": officer.user_id, "proposed_at": CLOSED}
        Round.objects.filter(pk=made.round.pk).update(**said)
    hangs(made, first)
    with refused("batch_is_not_of_who_is_close_to_it"):
        batching.decide(actor=made.member(3), at=LATER, round_id=made.round.pk)
    made.member(3)
    with broken("batch_is_not_of_who_is_close_to_it"):
        decided = {"state": "decided", "decided_by": officer.user_id, "decided_at": LATER}
        Round.objects.filter(pk=made.round.pk).update(**decided)
    batching.send_back(actor=made.act("second"), at=LATER, round_id=made.round.pk, reason="换人")
    made.batch(second, why="另一人", at=LATER)
    assert batching.propose(actor=made.member(3), at=LATER, round_id=made.round.pk).state == "proposed"


def test_who_is_in_the_batch_does_not_put_it_together(made: Fair) -> None:
    first, *_others = judged(made)
    officer = officer_who_is(made, 0)
    made.batch(first)

    with refused("own_nomination"):
        batching.propose(actor=made.member(0), at=CLOSED, round_id=made.round.pk)
    made.member(0)
    with broken("batch_is_not_of_who_is_close_to_it"):
        said = {"state": "proposed", "proposed_by": officer.user_id, "proposed_at": CLOSED}
        Round.objects.filter(pk=made.round.pk).update(**said)


def test_a_judge_who_stepped_back_from_an_entry_decides_no_batch_with_it(made: Fair) -> None:
    made.name_judges(2)
    judging.name_judge(actor=made.act(), at=AT, round_id=made.round.pk, who=made.login("second"))
    made.judges.append("second")
    rows = [made.take_in(made.nominate(place)) for place in range(2)]
    judging.name_judge(actor=made.act(), at=AT, round_id=made.round.pk, who=made.login("province"))
    judging.begin(actor=made.act(), at=CLOSED, round_id=made.round.pk)
    made.clear()
    made.judge({rows[0].pk: 40, rows[1].pk: 10})
    made.judges = ["province"]
    made.judge({rows[0].pk: 40, rows[1].pk: 10})
    judging.recuse(actor=made.act("second"), at=CLOSED, nomination_id=rows[0].pk)
    judging.close_stage(actor=made.act(), at=CLOSED, round_id=made.round.pk)
    hangs(made, rows[0])

    with refused("batch_is_not_of_who_is_close_to_it"):
        batching.decide(actor=made.act("second"), at=LATER, round_id=made.round.pk)
    assert Recusal.objects.exists()


@pytest.fixture
def dearer(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Parameters that are twice as high once they are named here."""
    named: list[str] = []
    before = parameters.value

    def value(key: str, **said: Any) -> Any:
        found = before(key, **said)
        return found * 2 if key in named else found

    monkeypatch.setattr(parameters, "value", value)
    return named


def test_what_was_proposed_is_decided_and_paid_whatever_the_parameters_say_by_then(
    made: Fair, dearer: list[str]
) -> None:
    first, *_others = judged(made)
    hangs(made, first)
    made.act()
    told = Standing.objects.values_list("monthly", "months").get(chosen=True)

    dearer += ["rounds.craftsman_month", "rounds.craftsman_months"]
    batching.decide(actor=made.act("second"), at=LATER, round_id=made.round.pk)
    showing.hang(actor=made.act(), at=LATER, round_id=made.round.pk)
    (award,) = naming.name(actor=made.act(), at=LATER + timedelta(days=9), round_id=made.round.pk)

    assert (award.monthly, award.months) == told
    assert told[0] > 0 < told[1]
    made.act()
    assert list(Payment.objects.filter(source="award").values_list("amount", flat=True)) == [told[0]]


def test_no_other_sum_and_no_other_months_than_were_decided_are_given(made: Fair) -> None:
    first, *_others = judged(made)
    hangs(made, first)
    made.act()
    with broken("batch_stands_once_proposed"):
        Standing.objects.filter(chosen=True).update(monthly=1)
    batching.decide(actor=made.act("second"), at=LATER, round_id=made.round.pk)
    found = made.again()
    stands = Standing.objects.get(chosen=True)
    said = {
        "nomination": first, "round": found, "union_id": first.union_id, "county_id": first.county_id, "title": "x",
        "person_id": first.person_id, "grade": stands.grade, "level": 4, "number": "x", "token": "x",
        "named_on": LATER.date(), "payer_id": found.union_id, "decided_by": found.decided_by,
    }  # fmt: skip
    for monthly, months in ((stands.monthly + 1, stands.months), (stands.monthly, stands.months + 1), (0, 0)):
        with broken("award_is_what_was_decided"):
            Award.objects.create(**said, monthly=monthly, months=months)
