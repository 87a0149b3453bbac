"""Low ratings: whose page they stand on, in which order, and that somebody hears of each, however many there are."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections, transaction
from django.test.utils import CaptureQueriesContext

from zhijia.catalogue import parameters
from zhijia.kernel import context
from zhijia.kernel.actors import Actor
from zhijia.notices.models import Message
from zhijia.questionnaires.models import Rating
from zhijia.questionnaires.services import rating
from zhijia.questionnaires.tests.test_pages import browser
from zhijia.questionnaires.tests.test_posting import page
from zhijia.questionnaires.tests.test_ratings import give, rated
from zhijia.questionnaires.tests.world import Hall, hall
from zhijia.registry.models import Grant
from zhijia.registry.tests import ready
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.world import AT

ABOUT = re.compile(r"入会 \d+号")


@pytest.fixture
def made(db: Any, clock: dict[str, Any]) -> Hall:
    return hall(5)


def low(made: Hall, place: int, about: str, *, not_by: list[int]) -> Rating:
    """A low rating of this member's, called so, decided by these accounts."""
    row = rated(made, place)
    said = "UPDATE questionnaires_rating SET about = %s, not_by = to_jsonb(%s::bigint[]) WHERE id = %s"
    ready.behind(said, [about, not_by, row.pk])
    give(made, row, 1, place)
    made.officer()
    return Rating.objects.get(pk=row.pk)


def user_of(actor: Actor) -> int:
    assert actor.user_id is not None
    return actor.user_id


def test_following_up_shows_no_page_of_a_union_where_one_follows_up_nothing(made: Hall) -> None:
    """An officer of the factory who is cashier at the county, and works for the county just now."""
    own = low(made, 0, "入会 1号", not_by=[])
    founder, officer = made.world.act("founder"), user_of(made.world.actors["factory"])
    worlds.give(founder, officer, "cashier", made.world.unions["luyang"])
    client = browser(made.world.actors["factory"])

    empty = client.post(page("follow_rating", own.pk), {f"{own.pk}-words": ""})
    done = client.post(page("follow_rating", own.pk), {f"{own.pk}-words": "已回访"}, follow=True)

    assert empty.status_code == 422
    assert empty.context["union"].pk == made.union.pk
    assert done.redirect_chain == [(page("low_ratings", made.union.code), 302)]
    assert done.status_code == 200


def test_the_one_of_a_message_stands_first_those_one_decided_last_and_every_one_is_reached(
    made: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer = user_of(made.world.actors["factory"])
    rows = [low(made, n, f"入会 {n}号", not_by=[officer] if n < 2 else []) for n in range(5)]
    value = parameters.value
    two = lambda key, **more: 2 if key == "pages.rows" else value(key, **more)  # noqa: E731
    monkeypatch.setattr(parameters, "value", two)
    client, address = browser(made.world.actors["factory"]), page("low_ratings", made.union.code)

    def read(start: str) -> list[list[str]]:
        pages, query = [], start
        while query is not None:
            shown = client.get(f"{address}?{query}")
            pages.append(ABOUT.findall(shown.content.decode()))
            follows = shown.context["next"]
            query = f"{start}&after={follows}" if follows else None  # type: ignore[assignment]
        return pages

    free = sorted(rows[2:], key=lambda row: (row.answered_at, row.pk))
    own = sorted(rows[:2], key=lambda row: (row.answered_at, row.pk))
    names = [row.about for row in (*free, *own)]

    assert read("") == [names[:2], names[2:4], names[4:]]
    named = read(f"rating={own[1].pk}")
    assert named == [[names[4], *names[:2]], names[2:4]]
    assert client.get(f"{address}?rating=none&after=none").status_code == 200


def told() -> list[tuple[int, str]]:
    with context.whole():
        return list(Message.objects.using("bulk").filter(kind="rating_low").values_list("user_id", "link"))


def many_low(hall: Hall, first: int, after: int) -> None:
    """Low ratings of these members, that the factory's officer may follow up."""
    for place in range(first, after):
        with transaction.atomic():
            low(hall, place, f"入会 {place}号", not_by=[])


def test_ten_low_ratings_are_told_with_the_statements_of_one_and_told_ones_cost_nothing(
    committed: None,
) -> None:
    with transaction.atomic():
        made = hall(11)

    def statements() -> tuple[int, int]:
        with (
            CaptureQueriesContext(connections["default"]) as here,
            CaptureQueriesContext(connections["bulk"]) as bulk,
        ):
            many = rating.tell_low(at=AT + timedelta(hours=1))
        return many, len(here) + len(bulk)

    many_low(made, 0, 1)
    one = statements()
    many_low(made, 1, 11)
    ten = statements()
    none = statements()

    assert (one[0], ten[0], none[0]) == (1, 10, 0)
    assert ten[1] == one[1]
    assert none[1] < one[1]
    assert len(told()) == 11


def test_a_low_rating_of_which_nobody_can_be_told_waits_until_somebody_can(committed: None) -> None:
    with transaction.atomic():
        made = hall(1)
    many_low(made, 0, 1)
    with context.whole():
        Grant.objects.using("bulk").update(valid_to=AT.date())
    rating.tell_low(at=AT + timedelta(hours=1))
    assert told() == []

    with context.whole():
        Grant.objects.using("bulk").update(valid_to=None)
    weeks_later = AT + timedelta(weeks=3)
    sent = [rating.tell_low(at=weeks_later) for _time in range(2)]

    assert sent == [1, 0]
    assert [user for user, _link in told()] == [user_of(made.world.actors["factory"])]
