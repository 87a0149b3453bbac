"""Two registrations become one: one nomination in a round, one award of a family; an undo gives both back."""

from typing import Any

import pytest

from zhijia.appraisals.models.rounds import Award, Nomination
from zhijia.appraisals.services.rounds import judging, nominating
from zhijia.appraisals.tests.rounds.world import CLOSED, Fair, fair
from zhijia.kernel.errors import Refusal
from zhijia.kernel.ids import new_id
from zhijia.registry.models import Merge, Pair, Person
from zhijia.registry.services.identities import deciding


@pytest.fixture
def made(db: Any) -> Fair:
    return fair(4)


def merge(made: Fair, stays: Nomination, goes: Nomination) -> Merge:
    """The county finds that whoever entered twice is one person."""
    actor, one, other = made.act(), *sorted((stays.person_id, goes.person_id), key=str)
    first = Person.objects.get(pk=one)
    pair, _new = Pair.objects.get_or_create(
        first_id=one, second_id=other,
        defaults={
            "id": new_id(), "union_id": first.union_id, "county_id": first.county_id, "other_union_id": first.union_id,
            "other_county_id": first.county_id, "reasons": ["name"], "score": 90, "found_at": CLOSED,
        },
    )  # fmt: skip
    assert stays.person_id is not None
    return deciding.merge(actor=actor, at=CLOSED, pair_id=pair.pk, stays=stays.person_id, reason="one man")


def named(made: Fair, *chosen: int) -> list[Nomination]:
    """Two entries of a round that is over, of which these were named."""
    made.name_judges()
    entries = [made.take_in(made.nominate(place)) for place in range(2)]
    judging.begin(actor=made.act(), at=CLOSED, round_id=made.round.pk)
    made.clear()
    made.judge({entries[0].pk: 40, entries[1].pk: 10})
    judging.close_stage(actor=made.act(), at=CLOSED, round_id=made.round.pk)
    made.batch(*(entries[place] for place in chosen))
    made.to_names()
    return entries


def test_two_nominated_in_one_round_that_goes_on_are_not_merged(made: Fair) -> None:
    one, other = made.nominate(0), made.nominate(1)

    with pytest.raises(Refusal) as refused:
        merge(made, one, other)

    assert refused.value.code == "nominated_twice"
    assert not Merge.objects.exists()
    nominating.withdraw(actor=made.member(1), at=CLOSED, nomination_id=other.pk)
    merge(made, one, other)
    assert set(Nomination.objects.values_list("person_id", flat=True)) == {one.person_id}


@pytest.mark.parametrize("stays", [0, 1])
def test_of_two_awards_of_a_family_one_counts_and_an_undo_gives_both_back(made: Fair, stays: int) -> None:
    entries = named(made, 0, 1)
    kept, gone = entries[stays], entries[1 - stays]
    made.act()
    first = Award.objects.order_by("pk").first()

    done = merge(made, kept, gone)

    awards = list(Award.objects.order_by("pk"))
    assert {award.person_id for award in awards} == {kept.person_id}
    assert [award.pk for award in awards if award.gave_way_on is None] == [first.pk if first else None]
    gone.refresh_from_db()
    assert gone.person_id != kept.person_id, "what was decided stays as it was"
    deciding.undo(actor=made.act(), at=CLOSED, merge_id=done.pk, reason="two brothers")
    back = {award.nomination_id: (award.person_id, award.gave_way_on) for award in Award.objects.all()}
    assert back == {row.pk: (row.person_id, None) for row in entries}


def test_whoever_was_named_once_keeps_the_award_under_the_other_registration(made: Fair) -> None:
    entries = named(made, 0)

    merge(made, entries[1], entries[0])

    (award,) = Award.objects.all()
    assert (award.person_id, award.gave_way_on) == (entries[1].person_id, None)
