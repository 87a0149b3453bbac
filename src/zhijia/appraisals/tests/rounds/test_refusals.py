"""What a round refuses, with its sentence; and what the database refuses whoever writes."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from zhijia.appraisals.models.rounds import Award, Judge, Nomination, Recusal, Round, RoundObjection, Score
from zhijia.appraisals.services.rounds import (
    agreeing,
    allowances,
    batching,
    judging,
    naming,
    nominating,
    objecting,
    preparing,
    recommending,
    showing,
)  # fmt: skip
from zhijia.appraisals.tests.rounds.world import ANSWERS, CLOSED, SKILL, Fair, fair
from zhijia.kernel import context
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.ledger.spending_models import Kin
from zhijia.notices.models import Message
from zhijia.payments.models import Payment
from zhijia.registers.models import Row
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.world import AT


@contextmanager
def refused(code: str) -> Iterator[None]:
    with transaction.atomic(), pytest.raises(Refusal) as refusal:
        yield
    assert refusal.value.code == code, str(refusal.value)


@contextmanager
def broken(name: str) -> Iterator[None]:
    """The database refuses, by this promise."""
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        yield
    assert getattr(error.value.__cause__, "diag").constraint_name == name  # noqa: B009


@pytest.fixture
def made(db: Any) -> Fair:
    return fair(4)


def in_stage(made: Fair, many: int = 2) -> list[Nomination]:
    """So many entries, cleared, in the hands of three judges."""
    made.name_judges()
    rows = [made.take_in(made.nominate(place)) for place in range(many)]
    judging.begin(actor=made.act(), at=CLOSED, round_id=made.round.pk)
    made.clear()
    return rows


def proposed(made: Fair) -> list[Nomination]:
    """Two judged entries, of which the better one stands in a batch that is shown."""
    rows = in_stage(made)
    made.judge({rows[0].pk: 40, rows[1].pk: 10})
    judging.close_stage(actor=made.act(), at=CLOSED, round_id=made.round.pk)
    made.batch(rows[0])
    batching.propose(actor=made.act(), at=CLOSED, round_id=made.round.pk)
    showing.hang(actor=made.act(), at=CLOSED, round_id=made.round.pk)
    return rows


def test_somebody_is_nominated_once_and_once_more_after_taking_it_back(made: Fair) -> None:
    row = made.nominate(0)

    with refused("nomination_one_live_of_a_person"):
        nominating.begin(
            actor=made.act("factory"), at=AT, once=uuid4(), round_id=made.round.pk,
            union=made.hall.union, number=made.hall.numbers[0],
        )  # fmt: skip
    nominating.withdraw(actor=made.member(0), at=AT, nomination_id=row.pk)
    assert made.nominate(0).pk != row.pk


def test_the_same_form_twice_begins_one_nomination(made: Fair) -> None:
    once = uuid4()
    both = [
        nominating.begin(actor=made.member(0), at=AT, once=once, round_id=made.round.pk) for _twice in "ab"
    ]

    assert both[0].pk == both[1].pk


def test_nobody_is_nominated_or_handed_in_after_the_call(made: Fair) -> None:
    row = nominating.begin(actor=made.member(0), at=AT, once=uuid4(), round_id=made.round.pk)
    nominating.keep(actor=made.member(0), at=AT, nomination_id=row.pk, typed=ANSWERS, sent={})

    with refused("nomination_while_the_call_is_open"):
        nominating.hand_in(actor=made.member(0), at=CLOSED, nomination_id=row.pk, agreed=True)
    with refused("nomination_while_the_call_is_open"):
        nominating.begin(actor=made.member(1), at=CLOSED, once=uuid4(), round_id=made.round.pk)
    made.member(0)
    with broken("nomination_while_the_call_is_open"):
        Nomination.objects.filter(pk=row.pk).update(handed_at=CLOSED, state="up")


def test_what_is_missing_or_not_agreed_to_is_not_handed_in(made: Fair) -> None:
    row = nominating.begin(actor=made.member(0), at=AT, once=uuid4(), round_id=made.round.pk)
    with refused("answer_missing"):
        nominating.hand_in(actor=made.member(0), at=AT, nomination_id=row.pk, agreed=True)
    nominating.keep(actor=made.member(0), at=AT, nomination_id=row.pk, typed=ANSWERS, sent={})
    with refused("notice_not_agreed"):
        nominating.hand_in(actor=made.member(0), at=AT, nomination_id=row.pk)


def test_a_member_whom_the_rule_does_not_mean_is_not_handed_in(made: Fair) -> None:
    from zhijia.registry.models import Membership

    made.act("factory")
    Membership.objects.filter(person_id=made.hall.voters[0].person_id).update(status="30")
    row = nominating.begin(actor=made.member(0), at=AT, once=uuid4(), round_id=made.round.pk)
    nominating.keep(actor=made.member(0), at=AT, nomination_id=row.pk, typed=ANSWERS, sent={})

    with refused("not_eligible"):
        nominating.hand_in(actor=made.member(0), at=AT, nomination_id=row.pk, agreed=True)


def test_what_a_union_nominates_waits_for_the_nominee_to_agree(made: Fair) -> None:
    officer, number = made.act("factory"), made.hall.numbers[0]
    row = nominating.begin(
        actor=officer, at=AT, once=uuid4(), round_id=made.round.pk, union=made.hall.union, number=number
    )
    nominating.keep(actor=officer, at=AT, nomination_id=row.pk, typed=ANSWERS, sent={})
    nominating.hand_in(actor=officer, at=AT, nomination_id=row.pk)

    with refused("notice_not_agreed_by"):
        recommending.show(actor=made.act("factory"), at=AT, nomination_id=row.pk)
    told = Message.objects.using("default").filter(person_id=row.person_id, kind="round_nominated")
    made.member(0)
    assert told.exists()
    agreeing.agree(actor=made.member(0), at=AT, nomination_id=row.pk)
    assert (
        recommending.show(actor=made.act("factory"), at=AT, nomination_id=row.pk).lines[0]["name"]
        != row.title
    )


def test_an_officer_of_another_union_neither_nominates_nor_recommends_nor_holds(made: Fair) -> None:
    row = made.nominate(0)
    mill = made.act("mill")

    for act in (
        lambda: recommending.recommend(actor=mill, at=AT, nomination_id=row.pk, words="通过"),
        lambda: preparing.stop(actor=mill, at=AT, round_id=made.round.pk, reason="不办了"),
        lambda: judging.name_judge(actor=mill, at=AT, round_id=made.round.pk, who="x"),
        lambda: batching.decide(actor=mill, at=AT, round_id=made.round.pk),
    ):
        with pytest.raises(NotForYou):
            act()
    with refused("round_elsewhere"):
        mills = made.world.unions["mill"]
        worlds.member(made.world, "weaver", "mill", serial=77)
        number = _number(made, "weaver")
        nominating.begin(
            actor=made.act("mill"), at=AT, once=uuid4(), round_id=made.round.pk, union=mills, number=number
        )


def _number(made: Fair, name: str) -> str:
    from zhijia.registry.models import Membership

    made.act("mill")
    return Membership.objects.get(person_id=made.world.actors[name].person_id, valid_to=None).member_number


def test_a_judge_never_scores_their_own_a_relatives_or_one_of_their_union(made: Fair) -> None:
    worlds.appoint(made.world, "factory", "grassroots_officer", "workmate")
    made.judges = ["workmate"]
    judging.name_judge(actor=made.act(), at=AT, round_id=made.round.pk, who=made.login("workmate"))
    judging.name_judge(actor=made.act(), at=AT, round_id=made.round.pk, who=made.hall.numbers[3])
    own, other = made.take_in(made.nominate(3)), made.take_in(made.nominate(1))
    made.act()
    Kin.objects.create(
        union_id=made.hall.union.pk, county_id=made.hall.union.stands_in, person_id=made.hall.voters[3].person_id,
        relation="spouse", name=other.title, declared_on=AT.date(), declared_by=1,
    )  # fmt: skip

    judging.begin(actor=made.act(), at=CLOSED, round_id=made.round.pk)

    made.act()
    why = {(one.judge.name, one.nomination_id): one.why for one in Recusal.objects.select_related("judge")}
    assert why[own.title, own.pk] == "self"
    assert why[own.title, other.pk] in {"relative", "own_union"}
    assert why[made.login("workmate"), other.pk] == "own_union"
    for name, row in (("workmate", other), ("workmate", own)):
        with refused("nobody_judges_their_own"):
            judging.score(actor=made.act(name), at=CLOSED, nomination_id=row.pk, points=SKILL)
    with refused("nobody_judges_their_own"):
        judging.score(actor=made.member(3), at=CLOSED, nomination_id=own.pk, points=SKILL)


def test_a_judge_scores_within_the_points_while_the_stage_is_judged_and_once(made: Fair) -> None:
    rows = in_stage(made)
    with refused("score_within_its_points"):
        judging.score(
            actor=made.act("judge-0"), at=CLOSED, nomination_id=rows[0].pk, points={**SKILL, "skill": 41}
        )
    with refused("too_few_scores"):
        judging.close_stage(actor=made.act(), at=CLOSED, round_id=made.round.pk)
    made.judge({row.pk: 30 for row in rows})
    made.judge({row.pk: 31 for row in rows})
    made.act()
    assert Score.objects.count() == 6
    one = Score.objects.first()
    assert one is not None
    with broken("score_is_the_judges_own"):
        Score.objects.filter(pk=one.pk).update(points={**SKILL, "skill": 1}, total=46)
    made.act("judge-0")
    mine = Score.objects.get(judge__user_id=made.world.actors["judge-0"].user_id, nomination=rows[0])
    for said in ({"total": 1}, {"points": {**SKILL, "skill": 60}, "total": 105}):
        with broken("score_within_its_points"):
            Score.objects.filter(pk=mine.pk).update(**said)
    judging.close_stage(actor=made.act(), at=CLOSED, round_id=made.round.pk)
    with refused("score_while_the_stage_is_judged"):
        judging.score(actor=made.act("judge-0"), at=CLOSED, nomination_id=rows[0].pk, points=SKILL)


def test_an_officer_of_a_unit_reads_no_score_and_no_rank(made: Fair) -> None:
    rows = in_stage(made)
    made.judge({row.pk: 30 for row in rows})
    judging.close_stage(actor=made.act(), at=CLOSED, round_id=made.round.pk)

    for name in ("factory", "mill"):
        made.act(name)
        with connection.cursor() as cursor:
            for table in ("score", "standing", "judge", "recusal"):
                cursor.execute(f"SELECT count(*) FROM appraisals_{table}")
                assert cursor.fetchone() == (0,)
    made.member(0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM appraisals_standing")
        assert cursor.fetchone() == (0,)


def test_a_batch_is_refused_until_it_is_right(made: Fair) -> None:
    rows = in_stage(made)
    made.judge({rows[0].pk: 40, rows[1].pk: 10})
    judging.close_stage(actor=made.act(), at=CLOSED, round_id=made.round.pk)
    with refused("batch_empty"):
        batching.propose(actor=made.act(), at=CLOSED, round_id=made.round.pk)
    made.batch(rows[1])
    with refused("order_says_why"):
        batching.propose(actor=made.act(), at=CLOSED, round_id=made.round.pk)
    made.batch(rows[1], why="公安机关意见未到")
    with transaction.atomic():
        batching.propose(actor=made.act(), at=CLOSED, round_id=made.round.pk)
        transaction.set_rollback(True)


def test_no_answer_of_an_office_is_not_a_yes(made: Fair) -> None:
    made.name_judges()
    row = made.take_in(made.nominate(0))
    judging.begin(actor=made.act(), at=CLOSED, round_id=made.round.pk)
    made.judge({row.pk: 40})
    judging.close_stage(actor=made.act(), at=CLOSED, round_id=made.round.pk)
    made.batch(row)

    with refused("not_cleared"):
        batching.propose(actor=made.act(), at=CLOSED + timedelta(days=60), round_id=made.round.pk)


def test_a_batch_is_decided_by_a_second_person_after_its_notice_and_stands(made: Fair) -> None:
    rows = proposed(made)
    later = CLOSED + timedelta(days=9)
    with refused("notice_hangs"):
        batching.decide(actor=made.act("second"), at=CLOSED, round_id=made.round.pk)
    with refused("round_is_decided_by_a_second_person"):
        batching.decide(actor=made.act(), at=later, round_id=made.round.pk)
    with broken("round_is_decided_by_a_second_person"):
        Round.objects.filter(pk=made.round.pk).update(decided_by=made.world.actors["luyang"].user_id)
    with broken("batch_stands_once_proposed"):
        rows[1].standing.chosen = True
        rows[1].standing.save()
    with refused("round_stands_as_it_was"):
        made.batch(rows[1])
    batching.decide(actor=made.act("second"), at=later, round_id=made.round.pk)
    with refused("notice_first"):
        naming.name(actor=made.act(), at=later, round_id=made.round.pk)
    with broken("award_for_who_was_chosen"):
        Award.objects.create(
            nomination=rows[1], round=made.round, union_id=rows[1].union_id, county_id=rows[1].county_id,
            title="x", grade="craftsman", level=4, number="x", token="x", named_on=AT.date(), payer_id=1, decided_by=1,
        )  # fmt: skip


def test_an_objection_that_is_upheld_strikes_the_entry_and_sends_the_batch_back(made: Fair) -> None:
    rows = proposed(made)
    notice = showing.of_batch(made.again(), "batch")
    assert notice is not None
    said = objecting.object_to(
        actor=made.member(2), at=CLOSED, notice_id=notice.pk, nomination_id=rows[0].pk, words="业绩不实"
    )
    with refused("notice_over"):
        objecting.object_to(
            actor=made.member(1), at=CLOSED + timedelta(days=20), notice_id=notice.pk,
            nomination_id=rows[0].pk, words="业绩不实",
        )  # fmt: skip
    with refused("objection_open"):
        batching.decide(actor=made.act("second"), at=CLOSED + timedelta(days=9), round_id=made.round.pk)

    objecting.answer(actor=made.act("second"), at=CLOSED, objection_id=said.pk, upheld=True, words="属实")

    made.act()
    rows[0].refresh_from_db()
    assert (made.again().state, rows[0].state) == (Round.State.BATCH, Nomination.State.STRUCK)
    assert not showing.hanging(CLOSED).exists()


def test_who_was_not_chosen_appeals_within_the_days_to_somebody_else(made: Fair) -> None:
    rows = proposed(made)
    decided = CLOSED + timedelta(days=9)
    with refused("appeal_not_now"):
        objecting.appeal(actor=made.member(1), at=CLOSED, nomination_id=rows[1].pk, words="请复核")
    batching.decide(actor=made.act("second"), at=decided, round_id=made.round.pk)
    with pytest.raises(NotForYou):
        objecting.appeal(actor=made.member(2), at=decided, nomination_id=rows[1].pk, words="请复核")
    with refused("appeal_over"):
        objecting.appeal(
            actor=made.member(1), at=decided + timedelta(days=30), nomination_id=rows[1].pk, words="请复核"
        )
    said = objecting.appeal(actor=made.member(1), at=decided, nomination_id=rows[1].pk, words="请复核")
    for name in ("luyang", "second"):
        with refused("appeal_by_another"):
            objecting.answer(actor=made.act(name), at=decided, objection_id=said.pk, upheld=True, words="是")
    objecting.answer(
        actor=made.act("province"), at=decided, objection_id=said.pk, upheld=True, words="应重新评定"
    )
    made.act()
    assert made.again().state == Round.State.BATCH
    assert RoundObjection.objects.get().state == RoundObjection.State.UPHELD


def test_a_name_that_is_withdrawn_ends_its_title_and_its_money(made: Fair) -> None:
    proposed(made)
    at = CLOSED + timedelta(days=9)
    batching.decide(actor=made.act("second"), at=at, round_id=made.round.pk)
    showing.hang(actor=made.act(), at=at, round_id=made.round.pk)
    at += timedelta(days=9)
    (award,) = naming.name(actor=made.act(), at=at, round_id=made.round.pk)
    with refused("round_stands_as_it_was"):
        naming.name(actor=made.act(), at=at, round_id=made.round.pk)
    with broken("round_stands_as_it_was"):
        Round.objects.filter(pk=made.round.pk).update(title="x")
    with broken("award_stands_as_given"):
        Award.objects.filter(pk=award.pk).update(monthly=1)

    for _twice in range(2):
        naming.withdraw(actor=made.act(), at=at, award_id=award.pk, reason="弄虚作假")

    award.refresh_from_db()
    assert allowances.order_due(actor=made.act(), at=at + timedelta(days=200), award=award) == []
    assert Payment.objects.filter(source="award").count() == 1
    assert Row.objects.get(pk=award.row_id).ended_on is not None


def test_whoever_is_named_at_a_higher_level_counts_and_is_paid_there(made: Fair) -> None:
    rows = proposed(made)
    at = CLOSED + timedelta(days=9)
    batching.decide(actor=made.act("second"), at=at, round_id=made.round.pk)
    showing.hang(actor=made.act(), at=at, round_id=made.round.pk)
    at += timedelta(days=9)
    (award,) = naming.name(actor=made.act(), at=at, round_id=made.round.pk)

    with connection.cursor() as cursor:
        actor = made.act("province")
        context.enter(actor)
        for level, found in ((4, 1), (5, 1), (2, 0)):
            cursor.execute(
                "SELECT count(*) FROM appraisals_holding(%s::uuid[], 'craftsman', %s)",
                [[rows[0].person_id], level],
            )
            assert cursor.fetchone() == (found,)
        cursor.execute(
            "SELECT appraisals_give_way(%s, 'craftsman', 2, %s, %s)",
            [rows[0].person_id, rows[0].union_id, at.date()],
        )

    made.act()
    award.refresh_from_db()
    assert award.gave_way_on == at.date()
    assert allowances.order_due(actor=made.act(), at=at + timedelta(days=200), award=award) == []


def test_a_judge_who_was_taken_off_or_is_none_reads_no_entry(made: Fair) -> None:
    rows = in_stage(made)
    judge = Judge.objects.get(user_id=made.world.actors["judge-0"].user_id)
    made.act("judge-0")
    assert Nomination.objects.filter(pk=rows[0].pk).exists()

    judging.take_off(actor=made.act(), at=CLOSED, judge_id=judge.pk)

    made.act("judge-0")
    assert not Nomination.objects.filter(pk=rows[0].pk).exists()
    with pytest.raises(NotForYou):
        judging.score(actor=made.act("judge-0"), at=CLOSED, nomination_id=rows[0].pk, points=SKILL)
