"""What the database keeps of a round whoever writes past the services: whose entries and awards are, who said what."""

from datetime import timedelta

from zhijia.appraisals.models.rounds import (
    Award,
    Clearance,
    Judge,
    Nomination,
    Recommendation,
    Recusal,
    RoundObjection,
)
from zhijia.appraisals.services.rounds import batching, judging, objecting, showing
from zhijia.appraisals.tests.rounds.test_refusals import broken, in_stage, made, proposed  # noqa: F401
from zhijia.appraisals.tests.rounds.world import CLOSED, Fair
from zhijia.registry.tests.world import AT


def test_whose_a_nomination_is_and_that_they_agreed_is_nobody_elses_to_say(made: Fair) -> None:  # noqa: F811
    row, other = made.nominate(0), made.hall.voters[1].person_id
    made.act("factory")
    mine = Nomination.objects.filter(pk=row.pk)

    for said in ({"person_id": other}, {"agreed_at": CLOSED}, {"union_id": made.world.unions["luyang"].pk}):
        with broken("nomination_stands_as_handed_in"):
            mine.update(**said)


def test_who_recommended_judges_and_stepped_back_stays_written_down(made: Fair) -> None:  # noqa: F811
    rows = in_stage(made)
    judging.recuse(actor=made.act("judge-0"), at=CLOSED, nomination_id=rows[0].pk)

    with broken("round_keeps_what_was_written"):
        Recusal.objects.filter(nomination=rows[0]).update(nomination=rows[1])
    made.act()
    with broken("round_keeps_what_was_written"):
        Recommendation.objects.filter(nomination=rows[0]).update(verdict="no")
    with broken("round_keeps_what_was_written"):
        Judge.objects.filter(round=made.round).update(user_id=made.world.actors["luyang"].user_id)


def test_what_an_office_said_stands_once_the_batch_was_proposed(made: Fair) -> None:  # noqa: F811
    rows = proposed(made)
    made.act()

    with broken("batch_stands_once_proposed"):
        Clearance.objects.filter(nomination=rows[1]).update(answer="bar", words="x")


def test_an_objection_is_neither_answered_nor_written_for_another_by_who_raised_it(made: Fair) -> None:  # noqa: F811
    rows = proposed(made)
    notice = showing.of_batch(made.again(), "batch")
    assert notice is not None
    said = objecting.object_to(
        actor=made.member(2), at=CLOSED, notice_id=notice.pk, nomination_id=rows[0].pk, words="业绩不实"
    )
    me = made.member(2).user_id
    own = RoundObjection.objects.filter(pk=said.pk)

    with broken("objection_is_answered_by_another"):
        own.update(state="upheld", answered_by=me, answered_at=CLOSED, answer="属实")
    with broken("objection_is_answered_by_another"):
        own.update(words="另一句话")
    made.act()
    with broken("objection_is_answered_by_another"):
        RoundObjection.objects.create(
            nomination=rows[0], union_id=rows[0].union_id, county_id=rows[0].county_id, user_id=me or 0,
            words="冒名", at=CLOSED,
        )  # fmt: skip


def test_an_award_is_whose_the_entry_is_paid_by_its_union_and_ends_once(made: Fair) -> None:  # noqa: F811
    rows = proposed(made)
    batching.decide(actor=made.act("second"), at=CLOSED + timedelta(days=9), round_id=made.round.pk)
    made.act()
    stands = rows[0].standing
    stands.refresh_from_db()
    said = {
        "monthly": stands.monthly, "months": stands.months, "nomination": rows[0], "round": made.again(),
        "union_id": rows[0].union_id, "county_id": rows[0].county_id, "title": "x", "grade": "craftsman", "level": 4,
        "number": "x", "token": "x", "named_on": AT.date(), "person_id": rows[0].person_id,
        "payer_id": made.round.union_id, "decided_by": made.world.actors["second"].user_id,
    }  # fmt: skip
    for wrong in (
        {"person_id": made.hall.voters[1].person_id},
        {"payer_id": rows[0].union_id},
        {"to_union_id": made.world.unions["mill"].pk},
        {"decided_by": made.world.actors["factory"].user_id},
    ):
        with broken("award_for_who_was_chosen"):
            Award.objects.create(**{**said, **wrong})
    award = Award.objects.create(**said)
    mine = Award.objects.filter(pk=award.pk)
    with broken("award_stands_as_given"):
        mine.update(person_id=made.hall.voters[1].person_id)
    mine.update(ended_on=AT.date(), ended_why="虚报")
    with broken("award_stands_as_given"):
        mine.update(ended_on=None)
