"""Pages of terms and elections: an officer records from the minutes, the county replies, a stranger finds nothing."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from zhijia.accounts.models import User
from zhijia.kernel import days
from zhijia.registry import access
from zhijia.registry.models import Election, Membership, Person, Post, Term
from zhijia.registry.queries import terms as queries
from zhijia.registry.services import terms
from zhijia.registry.tests.elections import approve, people, record, result
from zhijia.registry.tests.world import AT, World, dissolve


def browser(world: World, name: str) -> Client:
    """A browser in which this actor is logged in."""
    client = Client(headers={"accept-language": "en"})
    client.cookies["language"] = "en"
    User.objects.filter(pk=world.actors[name].user_id).update(language="en")
    client.force_login(User.objects.get(pk=world.actors[name].user_id))
    return client


@pytest.fixture
def minutes(world: World) -> dict[str, Any]:
    """What an officer types from the minutes: each candidate by name or member number."""
    ids = people(world)
    world.act("factory")
    for place, person in enumerate(Person.objects.filter(pk__in=ids).order_by("id")):
        person.name = f"候选{'甲乙丙丁戊'[place]}"
        person.save(update_fields=["name"])
    numbers = dict(Membership.objects.values_list("person_id", "member_number"))
    typed: dict[str, Any] = {
        "once": uuid4(),
        "held_on": "2026-11-10",
        "years": 5,
        "entitled": 5,
        "attended": 5,
        "seats": 3,
        "declared": ["relative", "principal", "partner", "personnel", "foreign"],
    }
    standing = list(Person.objects.filter(pk__in=ids).order_by("id"))
    for row, (post, votes) in enumerate([("01", 5), ("02", 4), ("03", 3), ("03", 1)]):
        person = standing[row]
        typed[f"name_{row}"] = person.name if row else numbers[person.pk]
        typed |= {f"post_{row}": post, f"votes_{row}": votes}
    return typed


def new_election(world: World, body: str = "committee") -> str:
    return reverse("registry:record_election", args=[world.unions["factory"].code, body])


def test_an_officer_records_and_the_county_replies(world: World, minutes: dict[str, Any]) -> None:
    officer, county = browser(world, "factory"), browser(world, "luyang")

    recorded = officer.post(new_election(world), minutes)
    again = officer.post(new_election(world), minutes)
    inbox = county.get(reverse("registry:terms_here")).content.decode()
    answer = recorded["Location"] + "answer/"
    county.post(answer, {"answer": "approve", "number": "庐工组〔2026〕12号", "day": "2026-11-15"})

    assert recorded["Location"] == again["Location"]
    assert recorded["Location"] in inbox
    world.act("factory")
    assert Post.objects.filter(term_id=Term.objects.get().pk).count() == 3
    shown = officer.get(reverse("registry:union", args=[world.unions["factory"].code])).content.decode()
    assert "庐工组〔2026〕12号" in shown


def test_a_mistake_is_said_at_its_line_and_what_was_typed_stays(
    world: World, minutes: dict[str, Any]
) -> None:
    answer = browser(world, "factory").post(new_election(world), {**minutes, "name_1": "无此人"})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "No member of this union has this name or number." in page
    assert "无此人" in page
    world.act("factory")
    assert not Election.objects.exists()


def test_a_rule_that_says_no_is_said_with_its_numbers(world: World, minutes: dict[str, Any]) -> None:
    page = browser(world, "factory").post(new_election(world), {**minutes, "attended": 3}).content.decode()

    assert "3 of 5 came; at least 2 of 3 must come" in page


def test_two_of_one_name_are_told_apart_by_their_number(world: World, minutes: dict[str, Any]) -> None:
    world.act("factory")
    Person.objects.update(name="同名")

    page = browser(world, "factory").post(new_election(world), {**minutes, "name_1": "同名"}).content.decode()

    assert "Several members have this name" in page


@pytest.mark.parametrize("name", ["mill", "shushan"])
def test_an_officer_of_another_union_finds_nothing(world: World, name: str) -> None:
    members = people(world)
    term = approve(world, record(world, result(members)))
    election = record(world, result(members, by_election=False, held_on=term.starts_on.replace(day=18)))
    code = world.unions["factory"].code
    world.act("factory")
    post = Post.objects.filter(ended_on=None).first()
    assert post is not None
    client = browser(world, name)

    addresses = [
        reverse("registry:election", args=[election.pk]),
        reverse("registry:posts", args=[code]),
        reverse("registry:postpone", args=[term.pk]),
        reverse("registry:end_post", args=[post.pk]),
        reverse("registry:certificate", args=[code]),
        new_election(world),
    ]
    assert [client.get(address).status_code for address in addresses] == [404] * len(addresses)
    answer = {"answer": "approve", "number": "1", "day": "2026-11-20"}
    assert client.post(addresses[0] + "answer/", answer).status_code == 404
    assert "晨光机械工会" not in client.get(reverse("registry:terms_here")).content.decode()


def test_what_waits_of_a_union_that_ended_stands_in_no_list_and_no_count(world: World) -> None:
    members, union = people(world), world.unions["factory"]
    record(world, result(members))
    Term.objects.create(
        union_id=union.pk, county_id=world.unions["luyang"].pk, body="audit", number=1, years=5,
        starts_on=date(2021, 12, 1), ends_on=date(2026, 12, 1), due_on=date(2026, 12, 1), seats=3,
    )  # fmt: skip
    terms.ask_postponement(
        actor=world.act("factory"), at=AT, once=uuid4(), term_id=Term.objects.get().pk,
        until=date(2027, 1, 1), reason="搬迁",
    )  # fmt: skip
    rights = access.rights_of(world.act("luyang"))
    waiting = [queries.elections_to_answer, queries.postponements_to_answer]

    before = queries.waiting(rights, AT.date()), [asked(rights).count() for asked in waiting]
    dissolve(world, "factory")

    assert before == (3, [1, 1])
    assert [asked(rights).count() for asked in waiting] == [0, 0]
    assert queries.waiting(rights, AT.date()) == 0


def test_the_list_shows_what_ends_and_is_narrowed(world: World) -> None:
    members = people(world)
    approve(world, record(world, result(members, held_on=_held())))

    client = browser(world, "factory")
    pages = {
        when: client.get(reverse("registry:terms_here"), {"when": when}).content.decode()
        for when in ("", "30", "90", "overdue")
    }

    link = reverse("registry:union", args=[world.unions["factory"].code])
    assert {when: link in page for when, page in pages.items()} == {
        "": True,
        "30": False,
        "90": True,
        "overdue": False,
    }


def _held() -> date:
    """Five years less two months ago, by the machine's clock."""
    today = days.business_day(days.now()) + timedelta(days=60)
    return today.replace(year=today.year - 5, day=min(today.day, 28))
