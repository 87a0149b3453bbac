"""What is somebody's own in a round: their name, which hangs as long as they agree; their files, which do not tell a
blind judge whose they are; and their entry, of which they decide nothing."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from zhijia.appraisals.models.rounds import Award, Clearance, RoundObjection
from zhijia.appraisals.services.rounds import (
    batching,
    clearing,
    judging,
    naming,
    nominating,
    objecting,
    recommending,
    showing,
)
from zhijia.appraisals.tests.rounds.test_refusals import made, proposed, refused  # noqa: F401
from zhijia.appraisals.tests.rounds.world import CLOSED, Fair, paper
from zhijia.files import services as files
from zhijia.files.models import StoredFile
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou
from zhijia.payments.models import Payment
from zhijia.registry.tests.world import AT


def nominee_at_work(made: Fair, name: str, place: int) -> Actor:  # noqa: F811
    """The officer is this member."""
    return replace(made.act(name), person_id=made.hall.voters[place].person_id)


def test_what_hangs_of_an_entry_is_taken_down_when_it_is_taken_back(made: Fair) -> None:  # noqa: F811
    row = made.nominate(0)
    notice = recommending.show(actor=made.act("factory"), at=AT, nomination_id=row.pk)
    assert notice in showing.hanging(AT + timedelta(days=1))

    nominating.withdraw(actor=made.member(0), at=AT + timedelta(hours=1), nomination_id=row.pk)

    assert notice not in showing.hanging(AT + timedelta(days=1))


def test_whom_a_union_nominated_takes_it_back_themselves_and_nobody_else(made: Fair) -> None:  # noqa: F811
    officer, number = made.act("factory"), made.hall.numbers[0]
    row = nominating.begin(
        actor=officer, at=AT, once=uuid4(), round_id=made.round.pk, union=made.hall.union, number=number
    )
    with pytest.raises(NotForYou):
        nominating.withdraw(actor=made.member(1), at=AT, nomination_id=row.pk)

    assert nominating.withdraw(actor=made.member(0), at=AT, nomination_id=row.pk).state == "withdrawn"


def test_a_file_is_called_by_its_question_whatever_name_it_came_with(made: Fair) -> None:  # noqa: F811
    row = made.nominate(0, files=["papers"])

    made.act()
    stored = StoredFile.objects.get(owner_id=str(row.pk))
    assert (stored.name.endswith("-1.pdf"), paper().name.removesuffix(".pdf") in stored.name) == (True, False)


def test_whoever_is_nominated_does_not_open_what_an_office_wrote(made: Fair) -> None:  # noqa: F811
    row = made.take_in(made.nominate(0, files=["papers"]))
    made.clear()
    made.act()
    written = [one.file_id for one in Clearance.objects.filter(nomination=row)]

    own = UUID(row.answers["papers"][0])
    assert files.open_for(actor=made.member(0), at=CLOSED, file_id=own).file.size
    for key in written:
        assert key is not None
        with pytest.raises(NotForYou):
            files.open_for(actor=made.member(0), at=CLOSED, file_id=key)


def test_whoever_is_nominated_neither_answers_an_objection_nor_decides(made: Fair) -> None:  # noqa: F811
    rows = proposed(made)
    notice = showing.of_batch(made.again(), "batch")
    assert notice is not None
    said = objecting.object_to(
        actor=made.member(2), at=CLOSED, notice_id=notice.pk, nomination_id=rows[0].pk, words="业绩不实"
    )
    later = CLOSED + timedelta(days=9)
    with refused("own_nomination"):
        objecting.answer(
            actor=nominee_at_work(made, "second", 0),
            at=CLOSED,
            objection_id=said.pk,
            upheld=False,
            words="不属实",
        )
    objecting.answer(actor=made.act("second"), at=CLOSED, objection_id=said.pk, upheld=False, words="不属实")
    assert not RoundObjection.objects.filter(state="open").exists()
    with refused("own_nomination"):
        batching.decide(actor=nominee_at_work(made, "second", 0), at=later, round_id=made.round.pk)
    batching.decide(actor=made.act("second"), at=later, round_id=made.round.pk)


def test_nobody_recommends_or_clears_themselves(made: Fair) -> None:  # noqa: F811
    row = made.nominate(0)
    recommending.show(actor=made.act("factory"), at=AT, nomination_id=row.pk)
    later = AT + timedelta(days=9)
    with refused("own_nomination"):
        recommending.recommend(
            actor=nominee_at_work(made, "factory", 0), at=later, nomination_id=row.pk, words="职代会通过"
        )
    recommending.recommend(actor=made.act("factory"), at=later, nomination_id=row.pk, words="职代会通过")
    clearing.ask(actor=made.act(), at=CLOSED, round_id=made.round.pk)
    one = Clearance.objects.filter(nomination=row).first()
    assert one is not None
    with refused("own_nomination"):
        clearing.answer(
            actor=nominee_at_work(made, "luyang", 0), at=CLOSED, clearance_id=one.pk, clear=True,
            answered_on=days.business_day(CLOSED), paper=paper(),
        )  # fmt: skip


def test_what_was_ordered_for_a_name_that_is_withdrawn_does_not_go_out(made: Fair) -> None:  # noqa: F811
    made.name_judges()
    row = made.take_in(made.nominate(0))
    judging.begin(actor=made.act(), at=CLOSED, round_id=made.round.pk)
    made.clear()
    made.judge({row.pk: 40})
    judging.close_stage(actor=made.act(), at=CLOSED, round_id=made.round.pk)
    made.batch(row)
    at = made.to_names()
    made.act()
    award = Award.objects.get(nomination=row)
    ordered = Payment.objects.filter(source="award", source_id=str(award.pk))
    assert {one.state for one in ordered} == {"waiting"}

    naming.withdraw(actor=made.act(), at=at, award_id=award.pk, reason="弄虚作假")

    assert {one.state for one in ordered.all()} == {"stopped"}
