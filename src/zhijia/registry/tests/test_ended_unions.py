"""A union that was merged away or dissolved says so wherever somebody comes upon it, and offers nothing it cannot."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from zhijia.accounts.models import User
from zhijia.kernel import context
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.registry.models import Coverage, Term, Union
from zhijia.registry.services import unions
from zhijia.registry.services.reorganisations import planning
from zhijia.registry.services.reorganisations.plans import Rename
from zhijia.registry.services.reorganisations.rules import End, Hand
from zhijia.registry.tests import elections
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.rosters import small_world
from zhijia.registry.tests.world import AT
from zhijia.registry.views import reorganisation_words as words

DAY = date(2026, 11, 1)
ACTIONS = ("poster", "imports", "found", "cover", "reorganise")


@pytest.fixture
def kept(committed: None) -> worlds.World:
    return small_world()


def end(world: worlds.World, name: str, into: str = "") -> Union:
    """End a union, taken over by another if one is named."""
    other = world.unions[into].pk if into else None
    with context.whole():
        Union.objects.using("bulk").filter(pk=world.unions[name].pk).update(
            dissolved_on=DAY, successor_id=other
        )
    return world.unions[name]


def at_work(world: worlds.World, name: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=world.actors[name].user_id))
    return client


def page(client: Client, name: str, *args: Any, **query: str) -> Any:
    return client.get(reverse(f"registry:{name}", args=args), query, headers={"accept-language": "en"})


def test_its_page_says_where_it_went_and_offers_no_action(kept: worlds.World) -> None:
    client = at_work(kept, "factory")
    offered = [reverse(f"registry:{name}", args=[kept.unions["factory"].code]) for name in ACTIONS]
    before = page(client, "union", kept.unions["factory"].code).content.decode()
    union = end(kept, "factory", into="luyang")

    seen = page(client, "union", union.code)

    text = seen.content.decode()
    assert f"Merged into {kept.unions['luyang'].name} on" in text
    assert any(address in before for address in offered)
    assert not [address for address in offered if address in text]
    assert "Bodies and terms" in before
    assert "Bodies and terms" not in text
    assert seen.context["profile"].unions_below == 0


def test_the_bodies_it_had_stay_to_be_read_as_past(kept: worlds.World) -> None:
    with context.whole():
        Term.objects.using("bulk").create(
            union_id=kept.unions["factory"].pk, county_id=kept.unions["luyang"].pk, body="committee",
            number=2, years=5, starts_on=date(2023, 5, 4), ends_on=date(2028, 5, 4), due_on=date(2028, 5, 4),
            seats=3, approval_number="庐工组〔2023〕4号",
        )  # fmt: skip
    client, union = at_work(kept, "factory"), end(kept, "factory", into="luyang")

    shown, posts = (page(client, name, union.code).content.decode() for name in ("union", "posts"))

    for text in (shown, posts):
        assert "4 May 2023 – 1 Nov 2026 · 庐工组〔2023〕4号" in text
    assert reverse("registry:posts", args=[union.code]) in shown
    assert "Nobody holds a post here" not in posts


def test_an_employer_is_covered_and_an_election_recorded_where_the_union_stands_alone(
    kept: worlds.World,
) -> None:
    union = end(kept, "factory", into="luyang")
    client = at_work(kept, "factory")

    looked = page(client, "cover", union.code)
    sent = client.post(reverse("registry:cover", args=[union.code]), {"name": "新厂", "credit_code": ""})
    said = page(client, "union", union.code).content.decode()

    assert [looked["Location"], sent["Location"]] == [reverse("registry:union", args=[union.code])] * 2
    assert "This union ended on 2026-11-01" in said
    assert not Coverage.objects.filter(union=union).exists()
    with context.acting(kept.actors["factory"]) as officer:
        for write in (
            lambda: unions.cover_employer(actor=officer, at=AT, union_id=union.pk, name="新厂"),
            lambda: elections.record(kept, elections.result([])),
        ):
            with pytest.raises(Refusal) as refused:
                write()
            assert refused.value.code == "union_ended"


def test_the_poster_of_an_ended_union_is_not_drawn(kept: worlds.World) -> None:
    union = end(kept, "factory", into="luyang")

    seen = page(at_work(kept, "factory"), "poster", union.code)

    assert seen["Location"] == reverse("registry:union", args=[union.code])


def test_an_old_poster_leads_to_the_union_that_stands_now(kept: worlds.World) -> None:
    union = end(kept, "factory", into="mill")
    end(kept, "mill", into="shushan")

    seen = page(Client(), "join", union.code)

    assert seen.status_code == 200
    assert reverse("registry:join", args=[kept.unions["shushan"].code]) in seen.content.decode()


def test_the_poster_of_a_dissolved_union_leads_to_the_choice_of_a_place(kept: worlds.World) -> None:
    union = end(kept, "factory")

    seen = page(Client(), "join", union.code)

    assert seen.status_code == 200
    assert "has been dissolved" in seen.content.decode()
    assert reverse("registry:join_place") in seen.content.decode()


def test_it_is_found_by_name_and_code_and_marked(kept: worlds.World) -> None:
    client = at_work(kept, "factory")
    union = end(kept, "factory", into="luyang")

    by_name, by_code = (
        page(client, "unions", q=words).content.decode() for words in (union.name, union.code)
    )

    assert f"merged into {kept.unions['luyang'].name}" in by_name
    assert f"merged into {kept.unions['luyang'].name}" in by_code
    assert union.code not in page(at_work(kept, "mill"), "unions", q=union.name).content.decode()


def test_todays_figures_below_those_of_a_day_say_that_they_are_todays(kept: worlds.World) -> None:
    client, code = at_work(kept, "factory"), kept.unions["factory"].code

    assert "As it is today" in page(client, "union", code, on="2026-01-01").content.decode()
    assert "As it is today" not in page(client, "union", code).content.decode()


def test_a_plan_that_was_taken_back_is_not_told_as_done(kept: worlds.World) -> None:
    with context.acting(Actor(None, "command", "test")):
        worlds.appoint(kept, "city", "province_officer")
    actor, union = kept.actors["city"], kept.unions["factory"]
    with context.acting(actor):
        planned = planning.plan(
            actor=actor, at=AT, plan=Rename(union=union.pk, name="新名工会"),
            effective_on=date(2030, 1, 1), reason="更名", once=uuid4(),
        )  # fmt: skip
        planning.undo(actor=actor, at=AT, reorganisation_id=planned.pk)

    text = page(at_work(kept, "city"), "reorganisations").content.decode()

    assert "not done; planned for" in text
    assert "Done before" not in text


def test_the_preview_says_what_becomes_of_what_waits() -> None:
    names = {1: "甲工会", 2: "乙工会"}
    with translation.override("en"):
        merged = words.sentences([Hand(1, 2, None, members=False), End(1, 2)], names)
        closed = words.sentences([End(1, None)], names)

    assert [("transfers" in " ".join(said), len(said)) for said in (merged, closed)] == [
        (True, 2),
        (False, 2),
    ]
    assert "answer it before" in closed[-1]
