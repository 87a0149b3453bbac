"""A round whose term is over goes with its entries, and with the files that were handed in for them."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction

from zhijia.administration.models import RetentionProposal
from zhijia.administration.services import retention
from zhijia.appraisals import round_verify
from zhijia.appraisals.models.rounds import Award, Nomination, Round
from zhijia.appraisals.services.rounds import judging, naming, preparing
from zhijia.appraisals.tests.rounds.world import CLOSED, Fair, fair
from zhijia.files.models import StoredFile
from zhijia.kernel.context import acting, whole
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.world import AT

YEARS = timedelta(days=366 * 60)


@pytest.fixture
def made(committed: None) -> Fair:
    with transaction.atomic():
        there = fair(2)
        worlds.appoint(there.world, "province", "security_admin", "security")
    return there


def removed(made: Fair) -> int:
    """What is proposed for rounds is confirmed and done; how many rounds went."""
    retention.propose(at=AT + YEARS)
    proposal = RetentionProposal.objects.filter(table="appraisals_round").first()
    if proposal is None:
        return 0
    with acting(made.world.actors["security"]) as security:
        retention.confirm(actor=security, at=AT + YEARS, proposal_id=proposal.pk)
    return retention.remove(at=AT + YEARS, proposal_id=proposal.pk)


def left() -> tuple[int, int, int]:
    """Rounds, nominations, and their files."""
    with whole():
        kept = StoredFile.objects.using("bulk").filter(owner="appraisals.nomination").count()
        return Round.objects.using("bulk").count(), Nomination.objects.using("bulk").count(), kept


def test_a_round_that_named_goes_with_the_files_of_its_entries_once_nobody_holds_a_name(made: Fair) -> None:
    with transaction.atomic():
        made.name_judges()
        row = made.take_in(made.nominate(0, files=["papers"]))
        judging.begin(actor=made.act(), at=CLOSED, round_id=made.round.pk)
        made.clear()
        made.judge({row.pk: 40})
        judging.close_stage(actor=made.act(), at=CLOSED, round_id=made.round.pk)
        made.batch(row)
        at = made.to_names()
        held = Award.objects.get()
    assert (removed(made), left()) == (0, (1, 1, 2))
    assert round_verify.names_are_what_was_decided().differences == ()

    with transaction.atomic():
        naming.withdraw(actor=made.act(), at=at, award_id=held.pk, reason="弄虚作假")

    assert (removed(made), left()) == (1, (0, 0, 0))


def test_a_round_that_was_stopped_goes_with_its_files_and_another_keeps_its_own(
    made: Fair,
) -> None:
    with transaction.atomic():
        made.nominate(0, files=["papers"])
        preparing.stop(actor=made.act(), at=AT, round_id=made.round.pk, reason="不办了")
        other = fair_again(made)
        other.nominate(1, files=["papers"])

    assert (removed(made), left()) == (1, (1, 1, 1))


def fair_again(made: Fair) -> Fair:
    """Another round of the same county, open."""
    first = made.round
    again = preparing.make(
        actor=made.act(), at=AT, once=uuid4(), union=made.world.unions["luyang"], code="craftsman",
        title="再评", year=2026, opens_at=AT, closes_at=first.closes_at, budget=first.budget,
    )  # fmt: skip
    preparing.open_call(actor=made.act(), at=AT, round_id=again.pk)
    return Fair(made.world, made.hall, again)
