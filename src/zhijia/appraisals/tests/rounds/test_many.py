"""A round of thousands: whoever was not chosen is told in as many statements as a few are."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from zhijia.appraisals.models.rounds import Nomination, Round, RoundNotice, Standing
from zhijia.appraisals.services.rounds import naming
from zhijia.appraisals.tests.rounds.world import AT, CLOSED, Fair, fair
from zhijia.notices.models import Message
from zhijia.registry.models import Union

MANY = 5_000


@pytest.fixture
def made(db: Any) -> Fair:
    return fair(2, code="works_collection", key="city")


def decided(made: Fair, many: int) -> Nomination:
    """So many entries, the last of a member of ours; the first is chosen by the decided batch, and answered."""
    made.act()
    ours, named = (made.hall.voters[place].person_id for place in (0, 1))
    union = Union.objects.get(pk=made.hall.union.pk)
    rows = Nomination.objects.bulk_create(
        Nomination(
            round=made.round, once=uuid4(), union_id=union.pk, county_id=union.stands_in, title=f"作品{number}",
            person_id={1: named, many: ours}.get(number) or uuid4(), by_self=True, user_id=1, state="in", number=number,
            made_at=AT,
        )
        for number in range(1, many + 1)
    )  # fmt: skip
    Round.objects.filter(pk=made.round.pk).update(state="batch")
    Standing.objects.bulk_create(
        Standing(
            nomination=row, round=made.round, union_id=made.round.union_id, county_id=made.round.county_id,
            rank=row.number, chosen=row.number == 1, grade="excellent" if row.number == 1 else "",
        )
        for row in rows
    )  # fmt: skip
    first, second = made.world.actors["city"].user_id, made.world.actors["second"].user_id
    Round.objects.filter(pk=made.round.pk).update(state="proposed", proposed_by=first, proposed_at=CLOSED)
    Round.objects.filter(pk=made.round.pk).update(state="decided", decided_by=second, decided_at=CLOSED)
    RoundNotice.objects.create(
        round=made.round, union_id=made.round.union_id, county_id=made.round.county_id, where="decided", lines=[],
        hangs_from=CLOSED, hangs_until=CLOSED + timedelta(days=9),
    )  # fmt: skip
    return rows[0]


def test_thousands_who_were_not_chosen_are_told_in_as_many_statements_as_one(made: Fair) -> None:
    chosen = decided(made, MANY)
    actor = made.act()
    with CaptureQueriesContext(connection) as asked:
        naming.name(actor=actor, at=CLOSED + timedelta(days=30), round_id=made.round.pk)

    made.act()
    states = Nomination.objects.filter(round=made.round).exclude(pk=chosen.pk).values_list("state", flat=True)
    assert (set(states), len(states)) == ({"not_named"}, MANY - 1)
    assert len(asked) < 50
    made.member(0)
    assert list(Message.objects.values_list("kind", flat=True)) == ["round_not_named"]
