"""Ratings: asked about once what was done, given once by whom it was done for, followed up by somebody else."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from zhijia.kernel.actors import system
from zhijia.kernel.context import acting
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.questionnaires.models import Rating
from zhijia.questionnaires.services import rating
from zhijia.questionnaires.tests.world import LATER, Hall, hall
from zhijia.registry.tests import by_hand, ready
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.world import AT


def rated(made: Hall, place: int = 0) -> Rating:
    """What was done for this member, as a room would say it."""
    actor = made.voters[place]
    made.officer()
    ready.behind(
        "INSERT INTO questionnaires_rating (id, code, source, source_id, about, user_id, not_by, asked_at, answers,"
        " low, followed, union_id, county_id) VALUES (gen_random_uuid(), 'case_rating', 'matter', %s, '入会 1', %s,"
        " to_jsonb(%s::bigint[]), %s, '{}', false, '', %s, %s)",
        [
            str(UUID(int=place)),
            actor.user_id,
            [made.world.actors["factory"].user_id],
            AT,
            made.union.pk,
            made.union.stands_in,
        ],
    )
    return Rating.objects.get(source_id=str(UUID(int=place)))


def give(made: Hall, row: Rating, mark: int, place: int = 0) -> None:
    actor = made.as_voter(place)
    rating.give(actor=actor, at=AT, rating_id=row.pk, typed={"mark": [str(mark)]})


def test_a_rating_is_given_once_and_only_by_whom_it_was_done_for(db: Any) -> None:
    made = hall(3)
    row = rated(made)
    with pytest.raises(NotForYou):
        give(made, row, 5, place=1)
    give(made, row, 5)

    with pytest.raises(Refusal) as twice:
        give(made, row, 1)

    assert twice.value.code == "rated_already"
    row.refresh_from_db()
    assert (row.mark, row.low) == (5, False)


def test_a_low_rating_is_followed_up_by_somebody_who_did_not_decide(db: Any) -> None:
    made = hall(3)
    row = rated(made)
    give(made, row, 1)
    follow = {"at": LATER, "rating_id": row.pk, "words": "电话回访，已补办。"}

    with pytest.raises(Refusal) as own:
        rating.follow(actor=made.officer(), **follow)
    with pytest.raises(NotForYou):
        rating.follow(actor=made.world.act("mill"), **follow)
    colleague = worlds.appoint(made.world, "factory", "grassroots_officer", "colleague")
    made.world.act("colleague")
    done = rating.follow(actor=colleague, **follow)

    assert own.value.code == "own_rating"
    assert done.followed_by == colleague.user_id


def test_what_was_done_is_asked_about_once_and_not_where_the_applicant_is_hidden(
    committed: None, work: Any
) -> None:
    with transaction.atomic():
        world = worlds.build()
        worlds.member(world, "ding", "factory", serial=1)
    asked = []
    for _time in range(2):
        with acting(system("test")) as actor:
            asked.append(rating.ask(actor=actor, at=AT + timedelta(hours=1)))

    found = Rating.objects.using("bulk").get()
    assert asked == [1, 0]
    assert found.user_id == world.actors["ding"].user_id
    assert world.actors["factory"].user_id in found.not_by


def test_nobody_gives_or_follows_up_a_rating_of_others_by_sql(db: Any) -> None:
    made = hall(2)
    row = rated(made)
    worlds.appoint(made.world, "factory", "grassroots_officer", "colleague")
    world = made.world
    asking = ("factory", "colleague", "mill", "luyang")
    mark = "UPDATE questionnaires_rating SET mark = 5, low = false, answered_at = now() WHERE id = %(row)s"
    follow = (
        "UPDATE questionnaires_rating SET followed_by = access_user(), followed_at = now() WHERE id = %(row)s"
    )
    other = follow.replace("access_user()", "access_user() + 1")

    def let(write: str) -> list[str]:
        """Whom the database lets change it so: a row one does not see is not changed."""
        done = []
        for who in asking:
            world.act(who)
            seen = Rating.objects.filter(pk=row.pk).exists()
            if seen and not by_hand.refused(world.actors[who], write, {"row": row.pk}):
                done.append(who)
        return done

    assert let(mark) == let(follow) == []
    give(made, row, 1)
    assert by_hand.refused(made.voters[0], mark, {"row": row.pk}), "it was given once"
    assert let(follow) == ["colleague", "luyang"]
    assert let(other) == []
    made.as_voter(0)
    for write in (
        "INSERT INTO questionnaires_rating SELECT * FROM questionnaires_rating",
        "DELETE FROM questionnaires_rating",
        "UPDATE questionnaires_rating SET not_by = '[]'",
        "UPDATE questionnaires_rating SET user_id = 1",
    ):
        assert all(by_hand.refused(world.actors[who], write, {}) for who in asking)
